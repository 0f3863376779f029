// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;

/**
 * Is told what a cache does, for metrics. Every method does nothing unless it is overridden. Called
 * on the threads that complete calls, at any time from several of them: must be thread-safe and
 * must not block; what it throws is ignored.
 */
public interface CacheObserver {
  /** Hears nothing. */
  CacheObserver NONE = new CacheObserver() {};

  /** A read found an entry: once for each key of a batch. */
  default void hit(String operation) {}

  /** A read found none: once for each key of a batch. */
  default void miss(String operation) {}

  /** A call, or one key of a batch, has failed. */
  default void error(String operation, CacheStoreException error) {}

  /** A call has ended, however, after so long. */
  default void latency(String operation, Duration elapsed) {}

  /** Fail-open: the cache was away, and a call was answered as by an empty one. */
  default void failedOpen(String operation) {}
}
