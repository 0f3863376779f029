// SPDX-License-Identifier: Apache-2.0
import { Refusal } from "./cache_error.js";

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** What an increment adds. INVALID_ARGUMENT if it is no whole number of 64 bits with a sign. */
export function toDelta(delta: bigint | number): bigint {
  const isExact = typeof delta === "bigint" || Number.isSafeInteger(delta);
  if (isExact && delta >= LEAST && delta <= MOST) return BigInt(delta);
  throw new Refusal(
    "INVALID_ARGUMENT",
    `delta: is ${String(delta)}; give a whole number of 64 bits with a sign, as a bigint if it ` +
      "is large",
  );
}

/** The sum of a counter's text and a delta. */
export function addToCounter(text: string, delta: bigint): bigint {
  const number = /^(0|-?[1-9][0-9]{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (number === undefined || number < LEAST || number > MOST) {
    throw new Refusal(
      "FAILED_PRECONDITION",
      "key: what is stored there is no number in decimal; use another key, or set a number first",
    );
  }
  const sum = number + delta;
  if (sum >= LEAST && sum <= MOST) return sum;
  throw new Refusal(
    "OUT_OF_RANGE",
    "delta: the sum does not fit 64 bits with a sign; nothing was changed: add less, or set the " +
      "counter anew",
  );
}
