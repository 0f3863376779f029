// SPDX-License-Identifier: Apache-2.0
import type { Bytes } from "./bytes.js";
import type { CacheError } from "./cache_error.js";

/** What every call takes. */
export interface CallOptions {
  /**
   * How long the call may take; it ends DEADLINE_EXCEEDED then. Finite, and above zero. Default:
   * that of the store, 5 seconds if nobody has set it.
   */
  timeoutSeconds?: number | undefined;

  /** Aborting cancels the call, which rejects with an AbortError. It may have taken effect. */
  signal?: AbortSignal | undefined;
}

export interface GetOptions extends CallOptions {
  /** Asks for the value's etag: the 20 bytes of its SHA-1 digest. */
  wantEtag?: boolean | undefined;

  /** Asks for the TTL that remains. */
  wantTtl?: boolean | undefined;

  /** A new TTL for the entry, counted from now, in one step with the read (sliding expiry). */
  touchSeconds?: number | undefined;
}

export type ExistsOptions = Omit<GetOptions, "wantEtag">;

/** How an entry is to be stored. At most one of the three conditions. */
export interface StoreOptions {
  /**
   * How long the entry lives: above zero, rounded up to the millisecond. Default: that of the
   * service, 300 seconds if nobody has set it.
   */
  ttlSeconds?: number | undefined;

  /** Leaves the TTL of an entry that is there as it is. Not with ttlSeconds. */
  keepTtl?: boolean | undefined;

  /** Stores only if no live entry is there; only if one is; only if one of this etag is. */
  ifAbsent?: true | undefined;
  ifPresent?: true | undefined;
  ifEtag?: Uint8Array | undefined;
}

export interface SetOptions extends StoreOptions, CallOptions {}

export interface DeleteOptions extends CallOptions {
  /** Deletes only an entry whose value has this etag. */
  ifEtag?: Uint8Array | undefined;
}

export interface IncrementOptions extends CallOptions {
  /** The TTL of a counter that this call creates. Default as in StoreOptions. */
  ttlSeconds?: number | undefined;
}

/** One entry of a batchSet. */
export interface SetEntry extends StoreOptions {
  key: Bytes;
  value: Bytes;
}

/** What a getWith found. */
export interface Entry {
  value: Buffer;

  /** If it was asked for. */
  etag?: Buffer | undefined;

  /** If it was asked for; absent for an entry without TTL, stored by others in a shared backend. */
  ttlSeconds?: number | undefined;
}

/** What an existsWith found. */
export interface Presence {
  exists: boolean;

  /** As in Entry. */
  ttlSeconds?: number | undefined;
}

/** A counter after an increment. */
export interface Count {
  value: bigint;
  ttlSeconds?: number | undefined;
}

/** What became of one key of a batch. */
export type BatchItem<T> = { ok: true; value: T } | { ok: false; error: CacheError };
