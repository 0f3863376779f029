// SPDX-License-Identifier: Apache-2.0
import type { Operation } from "./cache_error.js";

/**
 * What an application counts of its cache. Each is called after the call that it is about, before
 * its promise is settled, so let it be short; what it throws is ignored.
 */
export interface CacheObserver {
  /** A key was found; for each key of a batch. Of get, exists, batchGet and batchExists. */
  hit?(operation: Operation): void;

  /** A key was not found, or, where a cache fails open, could not be looked for. */
  miss?(operation: Operation): void;

  /** A call, or one key of a batch, failed: with a CacheError, or with the caller's AbortError. */
  error?(operation: Operation, error: Error): void;

  /** How long a call took, whatever became of it; once for a batch. */
  latency?(operation: Operation, seconds: number): void;
}

/** Tells an observer, whose own failure is not the cache's. */
export function tell(call: () => void): void {
  try {
    call();
  } catch {
    // The application's counting is broken, and its cache goes on.
  }
}
