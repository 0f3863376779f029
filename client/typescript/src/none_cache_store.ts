// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "./bytes.js";
import { Refusal } from "./cache_error.js";
import { toDelta } from "./counter.js";
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
import type * as options from "./options.js";

/** Caching that is off: stores nothing, and looks at what it is given all the same. */
export class NoneCacheStore extends LocalCacheStore {
  constructor(limits?: Partial<Limits>) {
    super("none", limits);
  }

  async getWith(key: Bytes, get?: options.GetOptions): Promise<options.Entry | undefined> {
    return this.begin("get", get, key, () => this.checkRead(key, get?.touchSeconds));
  }

  async set(key: Bytes, value: Bytes, set?: options.SetOptions): Promise<boolean> {
    return this.begin("set", set, key, () =>
      isAccepted(checkEntry({ ...set, key, value }, this.limits)),
    );
  }

  async delete(key: Bytes, remove?: options.DeleteOptions): Promise<boolean> {
    return this.begin("delete", remove, key, () => {
      checkKey(key, this.limits);
      if (remove?.ifEtag !== undefined) checkEtag(remove.ifEtag);
      return false;
    });
  }

  async existsWith(key: Bytes, exists?: options.ExistsOptions): Promise<options.Presence> {
    return this.begin("exists", exists, key, () => {
      this.checkRead(key, exists?.touchSeconds);
      return { exists: false };
    });
  }

  async clear(call?: options.CallOptions): Promise<void> {
    this.begin("clear", call, undefined, () => undefined);
  }

  async increment(
    key: Bytes,
    delta: bigint | number = 1n,
    increment?: options.IncrementOptions,
  ): Promise<options.Count> {
    return this.begin("increment", increment, key, () => {
      checkKey(key, this.limits);
      checkTtlMillis(increment?.ttlSeconds, this.limits);
      toDelta(delta);
      throw new Refusal(
        "UNIMPLEMENTED",
        "caching is off, so nothing can be counted; choose a backend (memory or remote)",
      );
    });
  }

  async batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    return this.beginKeys("batchGet", call, keys, () => undefined);
  }

  async batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const check = (entry: options.SetEntry): CheckedEntry => checkEntry(entry, this.limits);
    return this.beginBatch("batchSet", "entries", call, entries, check, isAccepted);
  }

  async batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.beginKeys("batchDelete", call, keys, () => false);
  }

  async batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.beginKeys("batchExists", call, keys, () => false);
  }

  private checkRead(key: Bytes, touchSeconds: number | undefined): undefined {
    checkKey(key, this.limits);
    checkTouchMillis(touchSeconds, this.limits);
    return undefined;
  }
}

// Where nothing is ever there.
function isAccepted(entry: CheckedEntry): boolean {
  return entry.ifPresent === undefined && entry.ifEtag === undefined;
}
