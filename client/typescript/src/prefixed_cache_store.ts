// SPDX-License-Identifier: Apache-2.0
import { toBytes, type Bytes } from "./bytes.js";
import { inCall, ofSettings, Refusal, type Operation } from "./cache_error.js";
import type { CacheStore } from "./cache_store.js";
import type * as options from "./options.js";

/** A view over a store that puts a prefix before each key. See CacheStore.withPrefix. */
export class PrefixedCacheStore implements CacheStore {
  private readonly prefix: Buffer;

  constructor(
    private readonly store: CacheStore,
    prefix: Bytes,
  ) {
    // A copy: what the caller does to its bytes later changes no key.
    this.prefix = Buffer.from(ofSettings(() => toBytes(prefix, "prefix")));
  }

  async get(key: Bytes, get?: options.GetOptions): Promise<Buffer | undefined> {
    return this.store.get(this.full("get", key), get);
  }

  async getWith(key: Bytes, get?: options.GetOptions): Promise<options.Entry | undefined> {
    return this.store.getWith(this.full("get", key), get);
  }

  async set(key: Bytes, value: Bytes, set?: options.SetOptions): Promise<boolean> {
    return this.store.set(this.full("set", key), value, set);
  }

  async delete(key: Bytes, remove?: options.DeleteOptions): Promise<boolean> {
    return this.store.delete(this.full("delete", key), remove);
  }

  async exists(key: Bytes, exists?: options.ExistsOptions): Promise<boolean> {
    return this.store.exists(this.full("exists", key), exists);
  }

  async existsWith(key: Bytes, exists?: options.ExistsOptions): Promise<options.Presence> {
    return this.store.existsWith(this.full("exists", key), exists);
  }

  async clear(): Promise<void> {
    throw this.refused(
      "clear",
      new Refusal(
        "FAILED_PRECONDITION",
        "a view of a prefix cannot be cleared, as the cache holds others' entries, too; " +
          "delete its keys, or clear the store that it is a view of",
      ),
    );
  }

  async ping(call?: options.CallOptions): Promise<void> {
    return this.store.ping(call);
  }

  async increment(
    key: Bytes,
    delta?: bigint | number,
    increment?: options.IncrementOptions,
  ): Promise<options.Count> {
    return this.store.increment(this.full("increment", key), delta, increment);
  }

  async batchGet(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<Buffer | undefined>[]> {
    return this.store.batchGet(this.allFull("batchGet", keys), call);
  }

  async batchSet(
    entries: readonly options.SetEntry[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    const keys = this.allFull(
      "batchSet",
      entries.map((entry) => entry.key),
      "entries",
    );
    const full = entries.map((entry, i) => ({ ...entry, key: keys[i] as Buffer }));
    return this.store.batchSet(full, call);
  }

  async batchDelete(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.store.batchDelete(this.allFull("batchDelete", keys), call);
  }

  async batchExists(
    keys: readonly Bytes[],
    call?: options.CallOptions,
  ): Promise<options.BatchItem<boolean>[]> {
    return this.store.batchExists(this.allFull("batchExists", keys), call);
  }

  // By the store, so that all views of it share what is computed.
  async getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    call?: options.CallOptions,
  ): Promise<Buffer> {
    return this.store.getOrCompute(this.full("get", key), ttlSeconds, compute, call);
  }

  withPrefix(prefix: Bytes): CacheStore {
    return new PrefixedCacheStore(this, prefix);
  }

  // Others use the store.
  async close(): Promise<void> {}

  declare [Symbol.asyncDispose]: () => Promise<void>;

  private full(operation: Operation, key: Bytes): Buffer {
    try {
      return this.join(key, "key");
    } catch (error) {
      throw this.refused(operation, error);
    }
  }

  private allFull(operation: Operation, keys: readonly Bytes[], field = "keys"): Buffer[] {
    const suffix = field === "entries" ? ".key" : "";
    try {
      return keys.map((key, i) => this.join(key, `${field}[${i}]${suffix}`));
    } catch (error) {
      throw this.refused(operation, error);
    }
  }

  private join(key: Bytes, field: string): Buffer {
    const bytes = toBytes(key, field);
    // Behind the prefix, the store would not see that it is.
    if (bytes.length === 0) {
      throw new Refusal("INVALID_ARGUMENT", `${field}: is empty; give a key of at least 1 byte`);
    }
    return Buffer.concat([this.prefix, bytes]);
  }

  private refused(operation: Operation, error: unknown): unknown {
    return inCall(error, { operation, address: "a view of a prefix", elapsedSeconds: 0 });
  }
}

if (Symbol.asyncDispose !== undefined) {
  PrefixedCacheStore.prototype[Symbol.asyncDispose] = function close(this: PrefixedCacheStore) {
    return this.close();
  };
}
