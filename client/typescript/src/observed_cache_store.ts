// SPDX-License-Identifier: Apache-2.0
import { BaseCacheStore } from "./base_cache_store.js";
import type { Bytes } from "./bytes.js";
import type { Operation } from "./cache_error.js";
import type { CacheStore } from "./cache_store.js";
import { tell, type CacheObserver } from "./observer.js";
import type * as options from "./options.js";

/** A store that tells an observer of its calls. Closing it closes the store behind it. */
export class ObservedCacheStore extends BaseCacheStore {
  constructor(
    private readonly store: CacheStore,
    private readonly observer: CacheObserver,
  ) {
    super();
  }

  async getWith(key: Bytes, get?: options.GetOptions): Promise<options.Entry | undefined> {
    const entry = await this.observe("get", () => this.store.getWith(key, get));
    this.found("get", entry !== undefined);
    return entry;
  }

  async set(key: Bytes, value: Bytes, set?: options.SetOptions): Promise<boolean> {
    return this.observe("set", () => this.store.set(key, value, set));
  }

  async delete(key: Bytes, remove?: options.DeleteOptions): Promise<boolean> {
    return this.observe("delete", () => this.store.delete(key, remove));
  }

  async existsWith(key: Bytes, exists?: options.ExistsOptions): Promise<options.Presence> {
    const presence = await this.observe("exists", () => this.store.existsWith(key, exists));
    this.found("exists", presence.exists);
    return presence;
  }

  async clear(call?: options.CallOptions): Promise<void> {
    return this.observe("clear", () => this.store.clear(call));
  }

  async ping(call?: options.CallOptions): Promise<void> {
    return this.observe("ping", () => this.store.ping(call));
  }

  async increment(
    key: Bytes,
    delta?: bigint | number,
    increment?: options.IncrementOptions,
  ): Promise<options.Count> {
    return this.observe("increment", () => this.store.increment(key, delta, increment));
  }

  async batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    const isHit = (value: Buffer | undefined): boolean => value !== undefined;
    return this.observeBatch("batchGet", () => this.store.batchGet(keys, call), isHit);
  }

  async batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.observeBatch("batchSet", () => this.store.batchSet(entries, call));
  }

  async batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.observeBatch("batchDelete", () => this.store.batchDelete(keys, call));
  }

  async batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const isHit = (exists: boolean): boolean => exists;
    return this.observeBatch("batchExists", () => this.store.batchExists(keys, call), isHit);
  }

  async close(): Promise<void> {
    return this.store.close();
  }

  private async observe<T>(operation: Operation, call: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await call();
    } catch (error) {
      tell(() => this.observer.error?.(operation, error as Error));
      throw error;
    } finally {
      const seconds = (performance.now() - started) / 1000;
      tell(() => this.observer.latency?.(operation, seconds));
    }
  }

  private async observeBatch<T>(
    operation: Operation,
    call: () => Promise<options.BatchItem<T>[]>,
    isHit?: (value: T) => boolean,
  ): Promise<options.BatchItem<T>[]> {
    const items = await this.observe(operation, call);
    for (const item of items) {
      if (!item.ok) tell(() => this.observer.error?.(operation, item.error));
      else if (isHit !== undefined) this.found(operation, isHit(item.value));
    }
    return items;
  }

  private found(operation: Operation, isHit: boolean): void {
    tell(() => (isHit ? this.observer.hit?.(operation) : this.observer.miss?.(operation)));
  }
}
