// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Values that are computed where the cache has none, each by one caller at a time. Thread-safe.
 *
 * <p>A flight is what all callers for one key wait for; nobody but its own steps ends it. It stays
 * until its value is stored, so that nobody who comes meanwhile computes again.
 */
final class Computations {
  private static final Duration MAX_TTL = Duration.ofSeconds(Spec.MAX_TTL_SECONDS);

  private final ComputingCacheStore store;
  private final DoubleSupplier random;
  private final ConcurrentMap<Key, CompletableFuture<byte[]>> flights = new ConcurrentHashMap<>();

  /** {@code random} gives numbers from 0 to below 1. */
  Computations(ComputingCacheStore store, DoubleSupplier random) {
    this.store = store;
    this.random = random;
  }

  CompletableFuture<byte[]> getOrCompute(
      Key key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute) {
    Call call = Call.start("get_or_compute", key, "this client");
    if (store.isClosed()) {
      return CompletableFuture.failedFuture(
          call.refused(Status.Code.FAILED_PRECONDITION, CacheStoreException.STORE_CLOSED, null));
    }
    try {
      checkTtl(ttl);
    } catch (Refused refused) {
      return CompletableFuture.failedFuture(call.refused(refused));
    }
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> theirs = flights.putIfAbsent(key, mine);
    if (theirs != null) return ownCopy(theirs);
    CompletableFuture<byte[]> result = ownCopy(mine);
    Futures.begin(() -> store.readToCompute(key))
        .whenComplete((read, e) -> landOrCompute(key, ttl, compute, mine, read, Futures.unwrap(e)));
    return result;
  }

  /** Before anything is computed that could not be stored. */
  private static void checkTtl(Duration ttl) {
    if (ttl.isZero() || ttl.isNegative()) {
      throw Refused.argument("ttl: is %s; give more than zero".formatted(DurationText.format(ttl)));
    }
    if (ttl.compareTo(MAX_TTL) <= 0) return;
    throw Refused.argument(
        "ttl: is %s; the limit is %s (max_ttl): give less"
            .formatted(DurationText.format(ttl), DurationText.format(MAX_TTL)));
  }

  /** A future of the caller's own, with bytes of the caller's own. */
  private static CompletableFuture<byte[]> ownCopy(CompletableFuture<byte[]> flight) {
    return flight.thenApply(byte[]::clone);
  }

  private void landOrCompute(
      Key key,
      Duration ttl,
      Supplier<? extends CompletionStage<byte[]>> compute,
      CompletableFuture<byte[]> flight,
      GetResult read,
      Throwable error) {
    if (callersOwn(error) != null) {
      land(key, flight, null, error);
    } else if (error == null && read.value().isPresent()) {
      land(key, flight, read.value().get(), null);
    } else {
      // What cannot be read is not written to: nobody waits for a cache in trouble twice.
      boolean stores = error == null;
      run(compute)
          .whenComplete(
              (value, e) -> {
                if (e != null || !stores) {
                  land(key, flight, value, Futures.unwrap(e));
                } else {
                  Futures.begin(
                          () -> store.set(key, value, SetOptions.DEFAULT.withTtl(shortened(ttl))))
                      .whenComplete(
                          (stored, refused) ->
                              land(key, flight, value, callersOwn(Futures.unwrap(refused))));
                }
              });
    }
  }

  private static CompletionStage<byte[]> run(Supplier<? extends CompletionStage<byte[]>> compute) {
    try {
      return compute.get().thenApply(value -> Objects.requireNonNull(value, "computed value"));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void land(Key key, CompletableFuture<byte[]> flight, byte[] value, Throwable error) {
    flights.remove(key, flight);
    if (error == null) {
      flight.complete(value);
    } else {
      flight.completeExceptionally(error);
    }
  }

  private Duration shortened(Duration ttl) {
    double share = 1 - random.getAsDouble() * Spec.TTL_JITTER;
    double nanos = ttl.toSeconds() * 1e9 + ttl.toNanosPart();
    return Duration.ofNanos((long) Math.max(nanos * share, Math.min(nanos, 1)));
  }

  /** The error if it is the caller's to know; null for the cache's own trouble, and for none. */
  private static Throwable callersOwn(Throwable error) {
    return error instanceof CacheStoreException e && e.isOfCaller() ? error : null;
  }
}
