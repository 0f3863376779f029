// SPDX-License-Identifier: Apache-2.0
import { orAborted, throwIfAborted } from "./abort.js";
import { nameOf, toBytes, type Bytes } from "./bytes.js";
import { CacheError, inCall, Refusal, type FailedCall } from "./cache_error.js";
import type { CacheStore } from "./cache_store.js";
import type { CallOptions } from "./options.js";
import { TTL_JITTER } from "./spec.js";

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
  ) {}

  async getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    call: CallOptions,
  ): Promise<Buffer> {
    throwIfAborted(call.signal);
    const name = nameOf(checked(key, ttlSeconds));
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
    const cached = await this.store.get(key, { timeoutSeconds }).catch(asMiss);
    if (cached !== undefined) return cached;
    const value = computed(await compute());
    const shortened = ttlSeconds * (1 - TTL_JITTER * this.random());
    // What observers see, and the caller need not know: there is a value.
    await this.store.set(key, value, { ttlSeconds: shortened, timeoutSeconds }).catch(() => {});
    return value;
  }
}

function asMiss(error: unknown): undefined {
  if (error instanceof CacheError && error.code !== "INVALID_ARGUMENT") return undefined;
  throw error;
}

// The store's own checks would only come once a value has been computed, and be passed over.
function checked(key: Bytes, ttlSeconds: number): Buffer {
  try {
    if (!(ttlSeconds > 0 && Number.isFinite(ttlSeconds))) {
      throw new Refusal("INVALID_ARGUMENT", `ttl: is ${ttlSeconds} s; give more than zero`);
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
