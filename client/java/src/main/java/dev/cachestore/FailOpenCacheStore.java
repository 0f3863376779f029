// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers as an empty cache does where the store behind it is away: reads miss, nothing is stored
 * or deleted, and each is counted. So a cache that is down never breaks its application. Behind a
 * breaker, so that it does not slow it down, either. Thread-safe.
 *
 * <p>Away is what ends UNAVAILABLE or DEADLINE_EXCEEDED. A call beyond those that may be in flight
 * is answered in the same way, but tells the breaker nothing: it never left this process. All other
 * errors stay errors. So do those of Increment, which has no number to give, and of Clear and Ping,
 * of which the caller wants to know: they are always made.
 */
final class FailOpenCacheStore extends ComputingCacheStore {
  private final CacheStore store;
  private final Breaker breaker;
  private final CacheObserver observer;
  private final AtomicLong misses = new AtomicLong();
  private final AtomicLong lostWrites = new AtomicLong();

  FailOpenCacheStore(CacheStore store, Breaker breaker, CacheObserver observer) {
    this.store = store;
    this.breaker = breaker;
    this.observer = observer;
  }

  @Override
  public FailOpenCounts failOpenCounts() {
    return new FailOpenCounts(misses.get(), lostWrites.get());
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return orNothing("get", this::missed, GetResult.MISS, () -> store.get(key, options));
  }

  /** Counts as {@link #get} does, but says that the service is away: so nothing is stored then. */
  @Override
  CompletableFuture<GetResult> readToCompute(Key key) {
    Optional<Breaker.Admission> admission = breaker.admit();
    if (admission.isEmpty()) {
      missed("get", 1);
      return CompletableFuture.failedFuture(
          Call.start("get", key, "this client")
              .refused(
                  Status.Code.UNAVAILABLE,
                  "the service was away for the last calls, and is not asked for a moment",
                  null));
    }
    return Futures.handle(
        watched(admission.get(), () -> store.get(key, GetOptions.DEFAULT)),
        (read, error) -> {
          if (error == null) return read;
          if (isAway(error) || isBeyondBound(error)) missed("get", 1);
          throw Futures.wrap(error);
        });
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return orNothing("set", this::lost, false, () -> store.set(key, value, options));
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return orNothing("delete", this::lost, false, () -> store.delete(key, options));
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return orNothing("exists", this::missed, ExistsResult.ABSENT, () -> store.exists(key, options));
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return watched(breaker.admitAnyway(), () -> store.clear(options));
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return watched(breaker.admitAnyway(), () -> store.ping(options));
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    return watched(breaker.admitAnyway(), () -> store.increment(key, delta, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return eachOrNothing(
        "batch_get",
        this::missed,
        keys.size(),
        Optional.empty(),
        () -> store.batchGet(keys, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    return eachOrNothing(
        "batch_set", this::lost, entries.size(), false, () -> store.batchSet(entries, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return eachOrNothing(
        "batch_delete", this::lost, keys.size(), false, () -> store.batchDelete(keys, options));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return eachOrNothing(
        "batch_exists", this::missed, keys.size(), false, () -> store.batchExists(keys, options));
  }

  @Override
  public void close() {
    super.close();
    store.close();
  }

  /** Counts, for an operation, so many items that were not asked for. */
  private interface Counter {
    void count(String operation, long items);
  }

  private <T> CompletableFuture<T> orNothing(
      String operation, Counter counter, T nothing, Supplier<CompletableFuture<T>> call) {
    return orElse(operation, counter, 1, nothing, value -> value, call);
  }

  private <T> CompletableFuture<List<ItemResult<T>>> eachOrNothing(
      String operation,
      Counter counter,
      int items,
      T nothing,
      Supplier<CompletableFuture<List<ItemResult<T>>>> call) {
    return orElse(
        operation,
        counter,
        items,
        Collections.nCopies(items, ItemResult.of(nothing)),
        results -> withoutAway(operation, counter, results, nothing),
        call);
  }

  private <T> List<ItemResult<T>> withoutAway(
      String operation, Counter counter, List<ItemResult<T>> results, T nothing) {
    long away = results.stream().filter(FailOpenCacheStore::isAway).count();
    if (away == 0) return results;
    counter.count(operation, away);
    return results.stream().map(one -> isAway(one) ? ItemResult.of(nothing) : one).toList();
  }

  /** What {@code answer} makes of the end of the call, or {@code nothing}, which is counted. */
  private <T> CompletableFuture<T> orElse(
      String operation,
      Counter counter,
      int items,
      T nothing,
      Function<T, T> answer,
      Supplier<CompletableFuture<T>> call) {
    if (isClosed()) return Futures.begin(call);
    Optional<Breaker.Admission> admission = breaker.admit();
    if (admission.isEmpty()) {
      counter.count(operation, items);
      return CompletableFuture.completedFuture(nothing);
    }
    return Futures.handle(
        watched(admission.get(), call),
        (value, error) -> {
          if (error == null) return answer.apply(value);
          if (!isAway(error) && !isBeyondBound(error)) throw Futures.wrap(error);
          counter.count(operation, items);
          return nothing;
        });
  }

  private void missed(String operation, long items) {
    misses.addAndGet(items);
    tell(operation, items);
  }

  private void lost(String operation, long items) {
    lostWrites.addAndGet(items);
    tell(operation, 0);
  }

  private void tell(String operation, long missed) {
    try {
      for (long i = 0; i < missed; i++) observer.miss(operation);
      observer.failedOpen(operation);
    } catch (RuntimeException e) {
      // Broken metrics break no call.
    }
  }

  /** Lets the breaker know how the call ends, before whoever made it; also if it is cancelled. */
  private static <T> CompletableFuture<T> watched(
      Breaker.Admission admission, Supplier<CompletableFuture<T>> call) {
    CompletableFuture<T> result =
        Futures.handle(
            Futures.begin(call),
            (value, error) -> {
              end(admission, error);
              if (error != null) throw Futures.wrap(error);
              return value;
            });
    result.whenComplete(
        (value, error) -> {
          if (result.isCancelled()) admission.abandoned();
        });
    return result;
  }

  private static void end(Breaker.Admission admission, Throwable error) {
    if (error == null) {
      admission.answered();
    } else if (!(error instanceof CacheStoreException e) || e.isOfThisProcess()) {
      admission.abandoned();
    } else if (isAway(e)) {
      admission.failed();
    } else {
      admission.answered();
    }
  }

  private static boolean isBeyondBound(Throwable error) {
    return error instanceof CacheStoreException e
        && e.isOfThisProcess()
        && e.code() == Status.Code.RESOURCE_EXHAUSTED;
  }

  private static boolean isAway(ItemResult<?> item) {
    return item.error().isPresent() && isAway(item.error().get());
  }

  private static boolean isAway(Throwable error) {
    return error instanceof CacheStoreException e && e.isAway();
  }
}
