// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Tells an observer what a store does. */
final class ObservedCacheStore extends ComputingCacheStore {
  private final CacheStore store;
  private final CacheObserver observer;

  ObservedCacheStore(CacheStore store, CacheObserver observer) {
    this.store = store;
    this.observer = observer;
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return observe(
        "get", () -> store.get(key, options), (op, read) -> found(op, read.value().isPresent()));
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return observe("set", () -> store.set(key, value, options), (op, stored) -> {});
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return observe("delete", () -> store.delete(key, options), (op, deleted) -> {});
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return observe(
        "exists", () -> store.exists(key, options), (op, look) -> found(op, look.exists()));
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return observe("clear", () -> store.clear(options), (op, done) -> {});
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return observe("ping", () -> store.ping(options), (op, done) -> {});
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    return observe("increment", () -> store.increment(key, delta, options), (op, sum) -> {});
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return observe(
        "batch_get",
        () -> store.batchGet(keys, options),
        (op, results) -> each(op, results, (o, value) -> found(o, value.isPresent())));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    return observe(
        "batch_set",
        () -> store.batchSet(entries, options),
        (op, results) -> each(op, results, (o, stored) -> {}));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return observe(
        "batch_delete",
        () -> store.batchDelete(keys, options),
        (op, results) -> each(op, results, (o, deleted) -> {}));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return observe(
        "batch_exists",
        () -> store.batchExists(keys, options),
        (op, results) -> each(op, results, this::found));
  }

  @Override
  public void close() {
    super.close();
    store.close();
  }

  private <T> CompletableFuture<T> observe(
      String operation, Supplier<CompletableFuture<T>> start, BiConsumer<String, T> succeeded) {
    long startNanos = System.nanoTime();
    return Futures.handle(
        start.get(),
        (value, error) -> {
          try {
            if (error == null) {
              succeeded.accept(operation, value);
            } else if (error instanceof CacheStoreException e) {
              observer.error(operation, e);
            }
            observer.latency(operation, Duration.ofNanos(System.nanoTime() - startNanos));
          } catch (RuntimeException e) {
            // Broken metrics break no call.
          }
          if (error != null) throw Futures.wrap(error);
          return value;
        });
  }

  private void found(String operation, boolean hit) {
    if (hit) {
      observer.hit(operation);
    } else {
      observer.miss(operation);
    }
  }

  private <T> void each(
      String operation, List<ItemResult<T>> results, BiConsumer<String, T> succeeded) {
    for (ItemResult<T> result : results) {
      if (result.error().isPresent()) {
        observer.error(operation, result.error().get());
      } else {
        succeeded.accept(operation, result.result());
      }
    }
  }
}
