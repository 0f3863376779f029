// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * A store by calls that wait for their end, and throw {@link CacheStoreException}. Thread-safe.
 * Closing it closes the store. A thread that is interrupted gives its call up, stays interrupted,
 * and gets a CANCELLED.
 *
 * <p>Each call is that of {@link CacheStore} with the same name.
 */
public final class BlockingCacheStore implements AutoCloseable {
  private static final DaemonThreads COMPUTING = new DaemonThreads("cachestore-compute");

  private final CacheStore store;

  BlockingCacheStore(CacheStore store) {
    this.store = store;
  }

  /** The store behind it. */
  public CacheStore async() {
    return store;
  }

  public Optional<byte[]> get(String key) {
    return await("get", store.get(key));
  }

  public GetResult get(Key key, GetOptions options) {
    return await("get", store.get(key, options));
  }

  public boolean set(String key, byte[] value) {
    return await("set", store.set(key, value));
  }

  public boolean set(String key, byte[] value, Duration ttl) {
    return await("set", store.set(key, value, ttl));
  }

  public boolean set(Key key, byte[] value, SetOptions options) {
    return await("set", store.set(key, value, options));
  }

  public boolean delete(String key) {
    return await("delete", store.delete(key));
  }

  public boolean delete(Key key, DeleteOptions options) {
    return await("delete", store.delete(key, options));
  }

  public boolean exists(String key) {
    return await("exists", store.exists(key));
  }

  public ExistsResult exists(Key key, ExistsOptions options) {
    return await("exists", store.exists(key, options));
  }

  public void clear() {
    clear(CallOptions.DEFAULT);
  }

  public void clear(CallOptions options) {
    await("clear", store.clear(options));
  }

  public void ping() {
    ping(CallOptions.DEFAULT);
  }

  public void ping(CallOptions options) {
    await("ping", store.ping(options));
  }

  public long increment(String key, long delta) {
    return await("increment", store.increment(key, delta));
  }

  public IncrementResult increment(Key key, long delta, IncrementOptions options) {
    return await("increment", store.increment(key, delta, options));
  }

  public List<ItemResult<Optional<byte[]>>> batchGet(List<Key> keys, CallOptions options) {
    return await("batch_get", store.batchGet(keys, options));
  }

  public List<ItemResult<Boolean>> batchSet(List<SetEntry> entries, CallOptions options) {
    return await("batch_set", store.batchSet(entries, options));
  }

  public List<ItemResult<Boolean>> batchDelete(List<Key> keys, CallOptions options) {
    return await("batch_delete", store.batchDelete(keys, options));
  }

  public List<ItemResult<Boolean>> batchExists(List<Key> keys, CallOptions options) {
    return await("batch_exists", store.batchExists(keys, options));
  }

  /**
   * {@link CacheStore#getOrCompute} of a function that may block: it runs on the thread of the
   * caller who came first, and the others wait. What it throws, all who wait get; that includes
   * what it does when its own thread is interrupted. If the first caller is interrupted before it
   * has begun, it runs on a thread of its own, for those who still wait.
   */
  public byte[] getOrCompute(String key, Duration ttl, Supplier<byte[]> compute) {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CompletableFuture<byte[]> computed = new CompletableFuture<>();
    CompletableFuture<byte[]> result =
        store.getOrCompute(
            key,
            ttl,
            () -> {
              asked.complete(null);
              return computed;
            });
    try {
      await("get_or_compute", CompletableFuture.anyOf(asked, result));
    } catch (CacheStoreException e) {
      if (Thread.currentThread().isInterrupted()) {
        asked.thenRun(() -> COMPUTING.newThread(() -> complete(computed, compute)).start());
      }
      throw e;
    }
    if (asked.isDone()) complete(computed, compute);
    return await("get_or_compute", result);
  }

  private static void complete(CompletableFuture<byte[]> computed, Supplier<byte[]> compute) {
    try {
      computed.complete(compute.get());
    } catch (Throwable e) {
      computed.completeExceptionally(e);
    }
  }

  /** See {@link CacheStore#failOpenCounts}. */
  public FailOpenCounts failOpenCounts() {
    return store.failOpenCounts();
  }

  public BlockingCacheStore withPrefix(String prefix) {
    return store.withPrefix(prefix).blocking();
  }

  @Override
  public void close() {
    store.close();
  }

  private static <T> T await(String operation, CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw Call.start(operation, "this client")
          .failed(
              Status.Code.CANCELLED,
              "the thread was interrupted while it waited",
              "call again, or end the thread",
              e);
    } catch (ExecutionException e) {
      Throwable cause = Futures.unwrap(e.getCause());
      if (cause instanceof RuntimeException error) throw error;
      if (cause instanceof Error error) throw error;
      throw new IllegalStateException(cause);
    }
  }
}
