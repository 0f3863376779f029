// SPDX-License-Identifier: Apache-2.0
import { throwIfAborted } from "./abort.js";
import { BaseCacheStore } from "./base_cache_store.js";
import { mapItems, refuseBatchSize, type BatchField } from "./batch_item.js";
import { keyOf, type Bytes } from "./bytes.js";
import { CacheError, inCall, ofSettings, Refusal, type Operation } from "./cache_error.js";
import { checkKey, checkLimits, checkTimeout, DEFAULT_LIMITS, type Limits } from "./limits.js";
import type { BatchItem, CallOptions } from "./options.js";

/** What the stores of this process have in common: whether a call may begin, and how it fails. */
export abstract class LocalCacheStore extends BaseCacheStore {
  protected readonly limits: Readonly<Limits>;
  private isClosed = false;

  protected constructor(
    private readonly address: string,
    limits: Partial<Limits> | undefined,
  ) {
    super();
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    ofSettings(() => checkLimits(this.limits));
  }

  protected override get maxTtlSeconds(): number {
    return this.limits.maxTtlSeconds;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async ping(call?: CallOptions): Promise<void> {
    this.begin("ping", call, undefined, () => undefined);
  }

  /** Makes a call: what `make` gives, or throws with the call that it is of. */
  protected begin<T>(
    operation: Operation,
    call: CallOptions | undefined,
    key: Bytes | undefined,
    make: () => T,
  ): T {
    try {
      if (this.isClosed) throw new Refusal("FAILED_PRECONDITION", "store is closed");
      throwIfAborted(call?.signal);
      if (call?.timeoutSeconds !== undefined) checkTimeout(call.timeoutSeconds);
      return make();
    } catch (error) {
      throw this.failed(operation, key, error);
    }
  }

  /** Makes a batch: checks all of its items, before any is done, and then does each. */
  protected beginBatch<Item, Checked extends { key: Buffer }, T>(
    operation: Operation,
    field: BatchField,
    call: CallOptions | undefined,
    items: readonly Item[],
    check: (item: Item) => Checked,
    make: (checked: Checked) => T,
  ): BatchItem<T>[] {
    return this.begin(operation, call, undefined, () => {
      refuseBatchSize(field, items.length, this.limits.maxBatchKeys);
      return mapItems(field, items, check).map((checked): BatchItem<T> => {
        try {
          return { ok: true, value: make(checked) };
        } catch (thrown) {
          const error = this.failed(operation, checked.key, thrown);
          if (error instanceof CacheError) return { ok: false, error };
          throw error;
        }
      });
    });
  }

  protected beginKeys<T>(
    operation: Operation,
    call: CallOptions | undefined,
    keys: readonly Bytes[],
    make: (key: Buffer) => T,
  ): BatchItem<T>[] {
    const check = (key: Bytes) => ({ key: checkKey(key, this.limits) });
    return this.beginBatch(operation, "keys", call, keys, check, ({ key }) => make(key));
  }

  private failed(operation: Operation, key: Bytes | undefined, error: unknown): unknown {
    const bytes = key === undefined ? undefined : keyOf(key);
    // This process is the cache, and has answered.
    const call = {
      operation,
      address: this.address,
      key: bytes,
      elapsedSeconds: 0,
      isLocal: false,
    };
    return inCall(error, call);
  }
}
