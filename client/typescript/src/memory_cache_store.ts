// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "./bytes.js";
import { addToCounter, toDelta } from "./counter.js";
import {
  checkEntry,
  checkEtag,
  checkKey,
  checkTouchMillis,
  checkTtlMillis,
  type CheckedEntry,
  type Limits,
} from "./limits.js";
import { LocalCacheStore } from "./local_cache_store.js";
import { etagOf, MemoryTable } from "./memory_table.js";
import type * as options from "./options.js";
import * as spec from "./spec.js";

export interface MemoryOptions {
  /** What an entry may be. Defaults: those of a service. */
  limits?: Partial<Limits> | undefined;

  /** How many entries it holds. Default: 10,000. */
  maxEntries?: number | undefined;

  /** How many bytes it holds: keys, values, and 200 for each entry. Default: 1 GiB. */
  maxBytes?: number | undefined;

  /** Milliseconds that never go back, for tests. Default: performance.now(). */
  now?: (() => number) | undefined;
}

/**
 * A cache in the memory of this process, for one process and for tests: it has the limits of the
 * service, its order of eviction and its words. Bounded in entries and in bytes. Values are copied
 * on their way in and out. Reads are O(value bytes), writes O(log entries + value bytes).
 */
export class MemoryCacheStore extends LocalCacheStore {
  private readonly table: MemoryTable;

  constructor(given: MemoryOptions = {}) {
    super("memory", given.limits);
    const maxEntries = given.maxEntries ?? spec.MAX_ENTRIES;
    const maxBytes = given.maxBytes ?? spec.MAX_BYTES;
    this.table = new MemoryTable({ maxEntries, maxBytes }, given.now ?? (() => performance.now()));
  }

  async getWith(key: Bytes, get: options.GetOptions = {}): Promise<options.Entry | undefined> {
    return this.begin("get", get, key, () => {
      const checked = this.checkRead(key, get.touchSeconds);
      const value = this.table.get(checked);
      if (value === undefined) return undefined;
      return {
        value: Buffer.from(value),
        etag: get.wantEtag === true ? etagOf(value) : undefined,
        ttlSeconds: get.wantTtl === true ? this.ttlSeconds(checked) : undefined,
      };
    });
  }

  async set(key: Bytes, value: Bytes, set: options.SetOptions = {}): Promise<boolean> {
    return this.begin("set", set, key, () =>
      this.store(checkEntry({ ...set, key, value }, this.limits)),
    );
  }

  async delete(key: Bytes, remove: options.DeleteOptions = {}): Promise<boolean> {
    return this.begin("delete", remove, key, () => {
      const checked = checkKey(key, this.limits);
      const etag = remove.ifEtag === undefined ? undefined : checkEtag(remove.ifEtag);
      const value = this.table.get(checked);
      if (value === undefined || (etag !== undefined && !etagOf(value).equals(etag))) return false;
      this.table.delete(checked);
      return true;
    });
  }

  async existsWith(key: Bytes, exists: options.ExistsOptions = {}): Promise<options.Presence> {
    return this.begin("exists", exists, key, () => {
      const checked = this.checkRead(key, exists.touchSeconds);
      return {
        exists: this.table.get(checked) !== undefined,
        ttlSeconds: exists.wantTtl === true ? this.ttlSeconds(checked) : undefined,
      };
    });
  }

  async clear(call?: options.CallOptions): Promise<void> {
    this.begin("clear", call, undefined, () => this.table.clear());
  }

  async increment(
    key: Bytes,
    delta: bigint | number = 1n,
    increment: options.IncrementOptions = {},
  ): Promise<options.Count> {
    return this.begin("increment", increment, key, () => {
      const checked = checkKey(key, this.limits);
      const ttlMillis = checkTtlMillis(increment.ttlSeconds, this.limits);
      const old = this.table.get(checked);
      const sum = addToCounter(old?.toString("latin1") ?? "0", toDelta(delta));
      this.table.set(checked, Buffer.from(String(sum)), old === undefined ? ttlMillis : undefined);
      return { value: sum, ttlSeconds: this.ttlSeconds(checked) };
    });
  }

  async batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    return this.beginKeys("batchGet", call, keys, (key) => {
      const value = this.table.get(key);
      return value === undefined ? undefined : Buffer.from(value);
    });
  }

  async batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const check = (entry: options.SetEntry): CheckedEntry => checkEntry(entry, this.limits);
    return this.beginBatch("batchSet", "entries", call, entries, check, (entry) =>
      this.store(entry),
    );
  }

  async batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.beginKeys("batchDelete", call, keys, (key) => {
      const isThere = this.table.get(key) !== undefined;
      this.table.delete(key);
      return isThere;
    });
  }

  async batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.beginKeys("batchExists", call, keys, (key) => this.table.get(key) !== undefined);
  }

  override async close(): Promise<void> {
    await super.close();
    this.table.clear();
  }

  private checkRead(key: Bytes, touchSeconds: number | undefined): Buffer {
    const checked = checkKey(key, this.limits);
    const touchMillis = checkTouchMillis(touchSeconds, this.limits);
    if (touchMillis !== undefined) this.table.touch(checked, touchMillis);
    return checked;
  }

  private store(entry: CheckedEntry): boolean {
    const old = this.table.get(entry.key);
    if (entry.ifAbsent === true && old !== undefined) return false;
    if (entry.ifPresent === true && old === undefined) return false;
    if (entry.ifEtag !== undefined && (old === undefined || !etagOf(old).equals(entry.ifEtag))) {
      return false;
    }
    const keeps = entry.keepTtl === true && old !== undefined;
    this.table.set(entry.key, entry.value, keeps ? undefined : entry.ttlMillis);
    return true;
  }

  private ttlSeconds(key: Buffer): number | undefined {
    const millis = this.table.ttlMillis(key);
    return millis === undefined ? undefined : millis / 1000;
  }
}
