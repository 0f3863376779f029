// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A cache: keys and values are byte strings, every entry has a time to live (TTL), and what was
 * stored may be gone at any time. The same for memory in this process and for a shared service; see
 * {@link CacheStores} for how to get one, and {@link #blocking} for calls that wait.
 *
 * <p>Thread-safe. No call blocks. Each gives a future that ends by itself, after the store's
 * timeout (5 s) at the latest; cancelling it gives the call up. What depends on it runs on the
 * thread that completed it and may block there. A String as a key is its UTF-8.
 *
 * <p>A call that starts after another has ended sees its effect; calls that overlap have no order.
 *
 * <p>A future may fail with a {@link CacheStoreException} of these codes:
 *
 * <ul>
 *   <li>INVALID_ARGUMENT: a key, value, TTL, etag or batch is refused; the message names the field
 *       and the limit
 *   <li>UNAVAILABLE: the service cannot be reached, is not ready, or drains
 *   <li>DEADLINE_EXCEEDED: no answer in time; whether the call took effect is unknown
 *   <li>RESOURCE_EXHAUSTED: the store is full, or too many calls are in flight
 *   <li>FAILED_PRECONDITION: the store is closed, or what is stored does not fit the call
 *   <li>PERMISSION_DENIED, UNAUTHENTICATED: the service does not let this caller
 *   <li>INTERNAL: an answer that nobody can make sense of
 * </ul>
 */
public interface CacheStore extends AutoCloseable {
  /**
   * Reads the live entry under a key. A miss is a result, and no error. With a touch, also gives
   * the entry a new TTL, in one atomic step.
   */
  CompletableFuture<GetResult> get(Key key, GetOptions options);

  /**
   * Stores a value, replacing the value and the TTL of an entry that is there. The store keeps a
   * copy. True if it stored; false, and nothing has changed, if the condition was not met.
   */
  CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options);

  /** Removes the entry under a key. True if a live one was there and had the etag asked for. */
  CompletableFuture<Boolean> delete(Key key, DeleteOptions options);

  /** Whether a live entry is stored under a key: a Get without the value. */
  CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options);

  /** Removes every entry of this cache that was stored before the call began. */
  CompletableFuture<Void> clear(CallOptions options);

  /** The cheapest proof that the backend answers. */
  CompletableFuture<Void> ping(CallOptions options);

  /**
   * Adds to a counter in one atomic step; an absent one counts as 0. A counter is an entry whose
   * value is its number in decimal. Also fails with FAILED_PRECONDITION if what is stored is no
   * such number, and OUT_OF_RANGE if the sum does not fit; then nothing has changed.
   */
  CompletableFuture<IncrementResult> increment(Key key, long delta, IncrementOptions options);

  /**
   * Reads many keys at once. As with every batch, results come in the order of the keys, a key that
   * fails fails alone, one that is refused refuses the batch, and others may see it half done. What
   * is larger than a message of the service is sent in parts, one after the other.
   */
  CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options);

  /** Stores many entries at once, each as {@link #set} does; of two for one key the later wins. */
  CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options);

  /** Removes many keys at once. */
  CompletableFuture<List<ItemResult<Boolean>>> batchDelete(List<Key> keys, CallOptions options);

  /** Looks for many keys at once. */
  CompletableFuture<List<ItemResult<Boolean>>> batchExists(List<Key> keys, CallOptions options);

  /**
   * The value under a key, or else what {@code compute} gives, which is then stored. Of calls for
   * one key at a time, one computes and the others wait for its result or its error; whoever
   * cancels cancels their own waiting alone. The TTL is shortened by up to a tenth, at random, so
   * that what was stored together does not expire together. {@code compute} is called on the thread
   * that ended the read, and must not block it; {@link BlockingCacheStore#getOrCompute} may.
   *
   * <p>A cache in trouble is as one that misses. What cannot be read is not written to, so that it
   * costs one wait. Errors are what the caller has to know, of the read and of the Set:
   * INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, and FAILED_PRECONDITION, as of a closed
   * store. A TTL of zero or less, or above 365 days, is refused before anything is computed.
   */
  CompletableFuture<byte[]> getOrCompute(
      Key key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute);

  /** How much fail-open has hidden (see {@link CacheSettings#failOpen}); nothing without it. */
  default FailOpenCounts failOpenCounts() {
    return FailOpenCounts.NONE;
  }

  /**
   * A view of this store that puts a prefix before each key. Limits and errors count the whole key.
   * Closing it closes nothing, and its {@link #clear} is refused.
   */
  CacheStore withPrefix(String prefix);

  /**
   * Refuses new calls from now on, and releases connections and memory when those in flight have
   * ended. Idempotent; returns at once. A shared service goes on for others.
   */
  @Override
  void close();

  /** The same store by calls that wait. */
  default BlockingCacheStore blocking() {
    return new BlockingCacheStore(this);
  }

  /** The value under a key; empty if there is none. */
  default CompletableFuture<Optional<byte[]>> get(String key) {
    return Futures.map(get(Key.of(key), GetOptions.DEFAULT), GetResult::value);
  }

  /** Stores with the default TTL; see {@link #set(Key, byte[], SetOptions)}. */
  default CompletableFuture<Boolean> set(String key, byte[] value) {
    return set(Key.of(key), value, SetOptions.DEFAULT);
  }

  /** Stores with this TTL; see {@link #set(Key, byte[], SetOptions)}. */
  default CompletableFuture<Boolean> set(String key, byte[] value, Duration ttl) {
    return set(Key.of(key), value, SetOptions.DEFAULT.withTtl(ttl));
  }

  /** Removes the entry under a key; true if there was one. */
  default CompletableFuture<Boolean> delete(String key) {
    return delete(Key.of(key), DeleteOptions.DEFAULT);
  }

  /** Whether an entry is stored under a key. */
  default CompletableFuture<Boolean> exists(String key) {
    return Futures.map(exists(Key.of(key), ExistsOptions.DEFAULT), ExistsResult::exists);
  }

  /** See {@link #clear(CallOptions)}. */
  default CompletableFuture<Void> clear() {
    return clear(CallOptions.DEFAULT);
  }

  /** See {@link #ping(CallOptions)}. */
  default CompletableFuture<Void> ping() {
    return ping(CallOptions.DEFAULT);
  }

  /** Adds to a counter, and gives the sum; see {@link #increment(Key, long, IncrementOptions)}. */
  default CompletableFuture<Long> increment(String key, long delta) {
    return Futures.map(
        increment(Key.of(key), delta, IncrementOptions.DEFAULT), IncrementResult::value);
  }

  /** See {@link #getOrCompute(Key, Duration, Supplier)}. */
  default CompletableFuture<byte[]> getOrCompute(
      String key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute) {
    return getOrCompute(Key.of(key), ttl, compute);
  }
}
