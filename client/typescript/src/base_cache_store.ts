// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "./bytes.js";
import type { CacheStore } from "./cache_store.js";
import { ComputeFlights } from "./compute_flights.js";
import type * as options from "./options.js";
import { PrefixedCacheStore } from "./prefixed_cache_store.js";
import { MAX_TTL_SECONDS } from "./spec.js";

/** What every store makes of the calls that it has in its own way. */
export abstract class BaseCacheStore implements CacheStore {
  private readonly flights = new ComputeFlights(this, Math.random, () => this.maxTtlSeconds);

  abstract getWith(key: Bytes, get?: options.GetOptions): Promise<options.Entry | undefined>;
  abstract set(key: Bytes, value: Bytes, set?: options.SetOptions): Promise<boolean>;
  abstract delete(key: Bytes, remove?: options.DeleteOptions): Promise<boolean>;
  abstract existsWith(key: Bytes, exists?: options.ExistsOptions): Promise<options.Presence>;
  abstract clear(call?: options.CallOptions): Promise<void>;
  abstract ping(call?: options.CallOptions): Promise<void>;
  abstract increment(
    key: Bytes,
    delta?: bigint | number,
    increment?: options.IncrementOptions,
  ): Promise<options.Count>;
  abstract batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]>;
  abstract batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]>;
  abstract batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]>;
  abstract batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]>;
  abstract close(): Promise<void>;

  /** Above it, getOrCompute refuses a TTL before anything is computed. */
  protected get maxTtlSeconds(): number {
    return MAX_TTL_SECONDS;
  }

  async get(key: Bytes, get?: options.GetOptions): Promise<Buffer | undefined> {
    return (await this.getWith(key, get))?.value;
  }

  async exists(key: Bytes, exists?: options.ExistsOptions): Promise<boolean> {
    return (await this.existsWith(key, exists)).exists;
  }

  getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    call: options.CallOptions = {},
  ): Promise<Buffer> {
    return this.flights.getOrCompute(key, ttlSeconds, compute, call);
  }

  withPrefix(prefix: Bytes): CacheStore {
    return new PrefixedCacheStore(this, prefix);
  }

  // Not `[Symbol.asyncDispose]()`, as that would be called "undefined" before Node 18.18.
  declare [Symbol.asyncDispose]: () => Promise<void>;
}

if (Symbol.asyncDispose !== undefined) {
  BaseCacheStore.prototype[Symbol.asyncDispose] = function close(this: BaseCacheStore) {
    return this.close();
  };
}
