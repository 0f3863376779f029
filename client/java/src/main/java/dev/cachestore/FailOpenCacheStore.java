// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Answers as an empty cache does where the store behind it is away: reads miss, nothing is stored
 * or deleted. So a cache that is down never breaks its application. Behind a breaker, so that it
 * does not slow it down, either.
 *
 * <p>Errors that are not the service's absence stay errors. So do those of Increment, which has no
 * number to give, and of Clear and Ping, of which the caller wants to know.
 */
final class FailOpenCacheStore extends ComputingCacheStore {
  private final CacheStore store;
  private final Breaker breaker;
  private final CacheObserver observer;

  FailOpenCacheStore(CacheStore store, Breaker breaker, CacheObserver observer) {
    this.store = store;
    this.breaker = breaker;
    this.observer = observer;
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return orNothing("get", 1, GetResult.MISS, () -> store.get(key, options));
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return orNothing("set", 0, false, () -> store.set(key, value, options));
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return orNothing("delete", 0, false, () -> store.delete(key, options));
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return orNothing("exists", 1, ExistsResult.ABSENT, () -> store.exists(key, options));
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return store.clear(options);
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return store.ping(options);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    if (breaker.allows()) return watched(() -> store.increment(key, delta, options));
    return CompletableFuture.failedFuture(
        Call.start("increment", key, "this client")
            .failed(
                Status.Code.UNAVAILABLE,
                "the service was away for the last calls, and is not asked for a moment"));
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return orNothing(
        "batch_get",
        keys.size(),
        Collections.nCopies(keys.size(), ItemResult.of(Optional.empty())),
        () -> store.batchGet(keys, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    return orNothing("batch_set", 0, no(entries), () -> store.batchSet(entries, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return orNothing("batch_delete", 0, no(keys), () -> store.batchDelete(keys, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return orNothing("batch_exists", keys.size(), no(keys), () -> store.batchExists(keys, options));
  }

  @Override
  public void close() {
    store.close();
  }

  private static List<ItemResult<Boolean>> no(List<?> items) {
    return Collections.nCopies(items.size(), ItemResult.of(false));
  }

  /** {@code misses} is how many reads have missed if {@code nothing} is the answer. */
  private <T> CompletableFuture<T> orNothing(
      String operation, int misses, T nothing, Supplier<CompletableFuture<T>> call) {
    if (!breaker.allows()) {
      count(operation, misses);
      return CompletableFuture.completedFuture(nothing);
    }
    return Futures.handle(
        watched(call),
        (value, error) -> {
          if (error == null) return value;
          if (!isAway(error)) throw Futures.wrap(error);
          count(operation, misses);
          return nothing;
        });
  }

  private void count(String operation, int misses) {
    for (int i = 0; i < misses; i++) observer.miss(operation);
    observer.failedOpen(operation);
  }

  /** Lets the breaker know how the call ends, before whoever made it. */
  private <T> CompletableFuture<T> watched(Supplier<CompletableFuture<T>> call) {
    return Futures.handle(
        call.get(),
        (value, error) -> {
          if (error == null) {
            breaker.answered();
            return value;
          }
          if (isAway(error)) {
            breaker.failed();
          } else if (error instanceof CacheStoreException) {
            breaker.answered();
          } else {
            breaker.abandoned();
          }
          throw Futures.wrap(error);
        });
  }

  private static boolean isAway(Throwable error) {
    return error instanceof CacheStoreException e
        && (e.code() == Status.Code.UNAVAILABLE || e.code() == Status.Code.DEADLINE_EXCEEDED);
  }
}
