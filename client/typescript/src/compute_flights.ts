// SPDX-License-Identifier: Apache-2.0
import { orAborted, throwIfAborted } from "./abort.js";
import { nameOf, toBytes, type Bytes } from "./bytes.js";
import { CacheError, inCall, isOfCaller, Refusal, type FailedCall } from "./cache_error.js";
import type { CacheStore } from "./cache_store.js";
import type { CallOptions } from "./options.js";
import { MAX_TTL_SECONDS, TTL_JITTER } from "./spec.js";

const GET_OR_COMPUTE: FailedCall = {
  operation: "get",
  address: "getOrCompute",
  elapsedSeconds: 0,
};

/** What is being computed for a store, by key: at most once at a time. See getOrCompute. */
export class ComputeFlights {
  private readonly flights = new Map<string, Promise<Buffer>>();

  /** `random` gives numbers from 0 up to 1. */
  constructor(
    private readonly store: Pick<CacheStore, "get" | "set">,
    private readonly random: () => number = Math.random,
    private readonly maxTtlSeconds: () => number = () => MAX_TTL_SECONDS,
  ) {}

  async getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    call: CallOptions,
  ): Promise<Buffer> {
    throwIfAborted(call.signal);
    const name = nameOf(checked(key, ttlSeconds, this.maxTtlSeconds()));
    const joined = this.flights.get(name);
    if (joined !== undefined) {
      // A copy, as the first caller may change what it is given.
      return Buffer.from(await orAborted(joined, call.signal));
    }
    const flight = this.compute(Buffer.from(name, "latin1"), ttlSeconds, compute, call);
    this.flights.set(name, flight);
    const ended = (): void => void this.flights.delete(name);
    // Also where every caller has stopped waiting: nobody would handle the rejection.
    flight.then(ended, ended);
    return Buffer.from(await orAborted(flight, call.signal));
  }

  // Without the signal of the first caller: others may have joined.
  private async compute(
    key: Buffer,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    { timeoutSeconds }: CallOptions,
  ): Promise<Buffer> {
    let isReadable = true;
    try {
      const cached = await this.store.get(key, { timeoutSeconds });
      if (cached !== undefined) return cached;
    } catch (error) {
      if (!isPassedOver(error)) throw error;
      isReadable = false;
    }
    const value = computed(await compute());
    // A cache in trouble costs one wait, not two.
    if (!isReadable) return value;
    const shortened = ttlSeconds * (1 - TTL_JITTER * this.random());
    try {
      await this.store.set(key, value, { ttlSeconds: shortened, timeoutSeconds });
    } catch (error) {
      if (!isPassedOver(error)) throw error;
    }
    return value;
  }
}

// The cache's own trouble: observers see it, and whoever has computed a value need not know.
function isPassedOver(error: unknown): boolean {
  return error instanceof CacheError && !isOfCaller(error);
}

// The store's own checks would only come once a value has been computed, and be passed over.
function checked(key: Bytes, ttlSeconds: number, maxTtlSeconds: number): Buffer {
  try {
    if (!(ttlSeconds > 0 && Number.isFinite(ttlSeconds))) {
      throw new Refusal("INVALID_ARGUMENT", `ttl: is ${ttlSeconds} s; give more than zero`);
    }
    if (ttlSeconds > maxTtlSeconds) {
      throw new Refusal(
        "INVALID_ARGUMENT",
        `ttl: is ${ttlSeconds} s; the limit is ${maxTtlSeconds} s (max_ttl): give less`,
      );
    }
    return toBytes(key, "key");
  } catch (error) {
    throw inCall(error, GET_OR_COMPUTE);
  }
}

function computed(value: Bytes): Buffer {
  try {
    return toBytes(value, "computed value");
  } catch (error) {
    throw inCall(error, GET_OR_COMPUTE);
  }
}
