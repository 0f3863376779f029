// SPDX-License-Identifier: Apache-2.0
import { BaseCacheStore } from "./base_cache_store.js";
import { Breaker, type Admission, type BreakerOptions, type Outcome } from "./breaker.js";
import type { Bytes } from "./bytes.js";
import { CacheError, isAway, isMissed, type Operation } from "./cache_error.js";
import { ComputeFlights } from "./compute_flights.js";
import type { CacheStore } from "./cache_store.js";
import { tell, type CacheObserver } from "./observer.js";
import type * as options from "./options.js";

export interface FailOpenOptions extends BreakerOptions {
  /** Is told of the misses that this store makes up. Default: nobody. */
  observer?: Pick<CacheObserver, "miss"> | undefined;
}

/** What a store that fails open has made up, since it was made. */
export interface FailOpenCounts {
  /** Keys that could not be looked for, and counted as misses. */
  misses: number;

  /** Entries that could not be stored, and keys that could not be deleted. */
  lostWrites: number;
}

/**
 * A store for applications that go on without their cache: where that ends UNAVAILABLE or
 * DEADLINE_EXCEEDED, or too many calls are in flight, get and exists miss, set stores nothing, and
 * delete deletes nothing; so do the items of batches. What could not be deleted may be read again
 * when the cache is back, until its TTL ends. Behind several such ends in a row a breaker opens,
 * and spares the waiting; what the client itself refuses tells it nothing.
 *
 * All other errors are the caller's own, and reject. So do clear, ping and increment, whose answers
 * cannot be made up: they are always made, and tell the breaker what they come to. Closing it
 * closes the store behind it.
 */
export class FailOpenCacheStore extends BaseCacheStore {
  /** What it has made up so far. */
  readonly counts: Readonly<FailOpenCounts>;
  private readonly counting: FailOpenCounts = { misses: 0, lostWrites: 0 };
  private isClosed = false;
  private readonly breaker: Breaker;
  private readonly awayFlights = new ComputeFlights({
    get: (key, get) => this.getOrAway(key, get),
    set: (key, value, set) => this.set(key, value, set),
  });
  private readonly observer: Pick<CacheObserver, "miss">;

  constructor(
    private readonly store: CacheStore,
    given: FailOpenOptions = {},
  ) {
    super();
    this.counts = this.counting;
    this.breaker = new Breaker(given);
    this.observer = given.observer ?? {};
  }

  // With its own look at the cache, which tells a miss from a cache that is away.
  override getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    call: options.CallOptions = {},
  ): Promise<Buffer> {
    return this.awayFlights.getOrCompute(key, ttlSeconds, compute, call);
  }

  async getWith(key: Bytes, get?: options.GetOptions): Promise<options.Entry | undefined> {
    const found = await this.attempt(() => this.store.getWith(key, get));
    return found.isAway ? this.missed("get", 1, undefined) : found.value;
  }

  async set(key: Bytes, value: Bytes, set?: options.SetOptions): Promise<boolean> {
    const stored = await this.attempt(() => this.store.set(key, value, set));
    return stored.isAway ? this.lost(1, false) : stored.value;
  }

  async delete(key: Bytes, remove?: options.DeleteOptions): Promise<boolean> {
    const deleted = await this.attempt(() => this.store.delete(key, remove));
    return deleted.isAway ? this.lost(1, false) : deleted.value;
  }

  async existsWith(key: Bytes, exists?: options.ExistsOptions): Promise<options.Presence> {
    const found = await this.attempt(() => this.store.existsWith(key, exists));
    return found.isAway ? this.missed("exists", 1, { exists: false }) : found.value;
  }

  async clear(call?: options.CallOptions): Promise<void> {
    return this.inform(() => this.store.clear(call));
  }

  async ping(call?: options.CallOptions): Promise<void> {
    return this.inform(() => this.store.ping(call));
  }

  async increment(
    key: Bytes,
    delta?: bigint | number,
    increment?: options.IncrementOptions,
  ): Promise<options.Count> {
    return this.inform(() => this.store.increment(key, delta, increment));
  }

  async batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    const misses = (count: number): undefined => this.missed("batchGet", count, undefined);
    return this.attemptBatch(keys.length, () => this.store.batchGet(keys, call), misses);
  }

  async batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const lost = (count: number): boolean => this.lost(count, false);
    return this.attemptBatch(entries.length, () => this.store.batchSet(entries, call), lost);
  }

  async batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const lost = (count: number): boolean => this.lost(count, false);
    return this.attemptBatch(keys.length, () => this.store.batchDelete(keys, call), lost);
  }

  async batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const misses = (count: number): boolean => this.missed("batchExists", count, false);
    return this.attemptBatch(keys.length, () => this.store.batchExists(keys, call), misses);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    return this.store.close();
  }

  private async getOrAway(key: Bytes, get?: options.GetOptions): Promise<Buffer | undefined> {
    const found = await this.attempt(() => this.store.get(key, get));
    if (!found.isAway) return found.value;
    this.missed("get", 1, undefined);
    const call = { operation: "get", address: "getOrCompute", elapsedSeconds: 0 } as const;
    throw new CacheError("UNAVAILABLE", "the cache is away", call);
  }

  private async attempt<T>(
    call: () => Promise<T>,
  ): Promise<{ isAway: false; value: T } | { isAway: true }> {
    // The store says that it is closed, also where the breaker is open.
    if (this.isClosed) return { isAway: false, value: await call() };
    const admission = this.breaker.admit();
    if (admission === undefined) return { isAway: true };
    try {
      return { isAway: false, value: await this.told(admission, call) };
    } catch (error) {
      if (!isMissed(error)) throw error;
      return { isAway: true };
    }
  }

  // A call that is made whether the breaker is open or not; if it is, this may be the one that
  // tries.
  private async inform<T>(call: () => Promise<T>): Promise<T> {
    const admission = this.breaker.admit();
    return admission === undefined ? call() : this.told(admission, call);
  }

  private async told<T>(admission: Admission, call: () => Promise<T>): Promise<T> {
    let outcome: Outcome = "unknown";
    try {
      const value = await call();
      outcome = "success";
      return value;
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.breaker.ended(admission, outcome);
    }
  }

  private async attemptBatch<T>(
    size: number,
    call: () => Promise<options.BatchItem<T>[]>,
    madeUp: (count: number) => T,
  ): Promise<options.BatchItem<T>[]> {
    const items = await this.attempt(call);
    if (items.isAway) {
      const value = madeUp(size);
      return Array.from({ length: size }, () => ({ ok: true, value }));
    }
    return items.value.map((item) =>
      item.ok || !isMissed(item.error) ? item : { ok: true, value: madeUp(1) },
    );
  }

  private missed<T>(operation: Operation, count: number, madeUp: T): T {
    this.counting.misses += count;
    for (let i = 0; i < count; ++i) tell(() => this.observer.miss?.(operation));
    return madeUp;
  }

  private lost<T>(count: number, madeUp: T): T {
    this.counting.lostWrites += count;
    return madeUp;
  }
}

// An AbortError, say, tells nothing of whether the cache is there; an error of its own tells that
// it is.
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof CacheError) || error.isLocal) return "unknown";
  return isAway(error) ? "failure" : "success";
}
