// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "./bytes.js";
import type {
  BatchItem,
  CallOptions,
  Count,
  DeleteOptions,
  Entry,
  ExistsOptions,
  GetOptions,
  IncrementOptions,
  Presence,
  SetEntry,
  SetOptions,
} from "./options.js";

/**
 * A cache: keys and values are bytes, every entry has a time to live (TTL), and what was stored may
 * be gone at any time.
 *
 * Calls may overlap. One that begins after another has ended sees its effect. A call that fails
 * rejects with a CacheError, whose `code` says why: INVALID_ARGUMENT what was given is refused,
 * UNAVAILABLE the cache cannot be reached, DEADLINE_EXCEEDED there was no answer in time, and
 * whether the call took effect is unknown, RESOURCE_EXHAUSTED the cache is full or too many calls
 * are in flight, FAILED_PRECONDITION the store is closed, UNAUTHENTICATED and PERMISSION_DENIED the
 * service does not let the caller do that.
 */
export interface CacheStore {
  /** The value under a key; undefined for a miss. A value that is empty is a hit. */
  get(key: Bytes, options?: GetOptions): Promise<Buffer | undefined>;

  /** The value with its etag or its TTL, as asked for; undefined for a miss. */
  getWith(key: Bytes, options?: GetOptions): Promise<Entry | undefined>;

  /**
   * Stores a value in place of what is there. Whether it has: false means that a condition was not
   * met. A store that is full drops what expires earliest.
   */
  set(key: Bytes, value: Bytes, options?: SetOptions): Promise<boolean>;

  /** Removes an entry. Whether one was there (and had the etag that was asked for). */
  delete(key: Bytes, options?: DeleteOptions): Promise<boolean>;

  /** Whether a live entry is there. */
  exists(key: Bytes, options?: ExistsOptions): Promise<boolean>;

  /** The same with the TTL that remains. */
  existsWith(key: Bytes, options?: ExistsOptions): Promise<Presence>;

  /** Removes every entry. FAILED_PRECONDITION where others' entries could not be told apart. */
  clear(options?: CallOptions): Promise<void>;

  /** Whether the cache answers: rejects if it does not. */
  ping(options?: CallOptions): Promise<void>;

  /**
   * Adds to a counter in one step, and answers the sum; a counter that is not there counts as 0.
   * Never repeated by the client. FAILED_PRECONDITION if what is there is no number in decimal,
   * OUT_OF_RANGE if the sum does not fit 64 bits, UNIMPLEMENTED if caching is off.
   */
  increment(key: Bytes, delta?: bigint | number, options?: IncrementOptions): Promise<Count>;

  /**
   * Do the same for many keys, and answer for each, in their order. A batch is no transaction:
   * others may see it half done, and single keys may fail. One that is refused refuses the batch.
   */
  batchGet(keys: readonly Bytes[], options?: CallOptions): Promise<BatchItem<Buffer | undefined>[]>;
  batchSet(entries: readonly SetEntry[], options?: CallOptions): Promise<BatchItem<boolean>[]>;
  batchDelete(keys: readonly Bytes[], options?: CallOptions): Promise<BatchItem<boolean>[]>;
  batchExists(keys: readonly Bytes[], options?: CallOptions): Promise<BatchItem<boolean>[]>;

  /**
   * The value under a key, or else what `compute` gives, which is then stored for `ttlSeconds`, or
   * up to a tenth less, so that what is stored together does not expire together.
   *
   * Calls for one key that overlap share one `compute`, in this process, and reject with its error
   * if it fails. A caller that aborts stops waiting, and nobody else does. A cache in trouble costs
   * a `compute` and nothing more, and is not written to if it could not be read. What the caller
   * has to know rejects, of the read and of the storing: INVALID_ARGUMENT, PERMISSION_DENIED,
   * UNAUTHENTICATED, and FAILED_PRECONDITION, as of a store that is closed.
   */
  getOrCompute(
    key: Bytes,
    ttlSeconds: number,
    compute: () => Bytes | Promise<Bytes>,
    options?: CallOptions,
  ): Promise<Buffer>;

  /**
   * A view that puts `prefix` before each key. It shares this store's connection: closing it closes
   * nothing. It cannot be cleared, as the service cannot clear a prefix: FAILED_PRECONDITION.
   */
  withPrefix(prefix: Bytes): CacheStore;

  /**
   * Refuses calls from now on, waits for those in flight, and lets go of the connection. The
   * service goes on for others. May be repeated.
   */
  close(): Promise<void>;

  /** close(), for `await using`. Where JavaScript knows Symbol.asyncDispose: from Node 18.18 on. */
  [Symbol.asyncDispose](): Promise<void>;
}
