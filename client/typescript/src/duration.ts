// SPDX-License-Identifier: Apache-2.0
import { Refusal } from "./cache_error.js";
import type { Duration } from "./generated/google/protobuf/duration.js";

const NANOS_PER_SECOND = 1_000_000_000;

/** A duration as gRPC carries it. `field` is what the caller gave. */
export function toDuration(seconds: number | undefined, field: string): Duration | undefined {
  if (seconds === undefined) return undefined;
  // 10,000 years, the most that protobuf allows.
  if (!(Math.abs(seconds) <= 315_576_000_000)) {
    throw new Refusal("INVALID_ARGUMENT", `${field}: is ${seconds} s; give a number of seconds`);
  }
  let whole = Math.trunc(seconds);
  let nanos = Math.round((seconds - whole) * NANOS_PER_SECOND);
  if (Math.abs(nanos) === NANOS_PER_SECOND) {
    whole += Math.sign(nanos);
    nanos = 0;
  }
  // What is not zero stays so.
  if (whole === 0 && nanos === 0) nanos = Math.sign(seconds);
  return { seconds: BigInt(whole), nanos };
}

/** The seconds of a duration that a service answered. */
export function toSeconds(duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  return Number(duration.seconds) + duration.nanos / NANOS_PER_SECOND;
}

/** Whole milliseconds, rounded up, but not for what the arithmetic of doubles adds. */
export function toMillis(seconds: number): number {
  return Math.max(Math.ceil(Math.round(seconds * 1e9) / 1e6), Math.sign(seconds));
}

/** As the service writes durations: 8760h, 1m30s, 500ms, 0. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (!Number.isFinite(seconds)) return Number.isNaN(seconds) ? "no number" : `${seconds} s`;
  if (size === 0) return "0";
  const sign = seconds < 0 ? "-" : "";
  if (size < 1) {
    const [factor, unit] = size < 1e-6 ? [1e9, "ns"] : size < 1e-3 ? [1e6, "us"] : [1e3, "ms"];
    return `${sign}${decimal(size * factor)}${unit}`;
  }
  const hours = Math.floor(size / 3600);
  const minutes = Math.floor((size % 3600) / 60);
  const rest = size % 60;
  const parts = [hours > 0 ? `${hours}h` : "", minutes > 0 ? `${minutes}m` : ""];
  if (rest > 0) parts.push(`${decimal(rest)}s`);
  return sign + parts.join("");
}

function decimal(number: number): string {
  return String(Number(number.toFixed(9)));
}
