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
  private final CacheStore store;
  private final DoubleSupplier random;
  private final ConcurrentMap<Key, CompletableFuture<byte[]>> flights = new ConcurrentHashMap<>();

  /** {@code random} gives numbers from 0 to below 1. */
  Computations(CacheStore store, DoubleSupplier random) {
    this.store = store;
    this.random = random;
  }

  CompletableFuture<byte[]> getOrCompute(
      Key key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute) {
    if (ttl.isZero() || ttl.isNegative()) {
      return CompletableFuture.failedFuture(
          Call.start("get_or_compute", key, "this client")
              .failed(
                  Status.Code.INVALID_ARGUMENT,
                  "ttl: is %s; give more than zero".formatted(DurationText.format(ttl))));
    }
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> theirs = flights.putIfAbsent(Key.require(key), mine);
    if (theirs != null) return ownCopy(theirs);
    CompletableFuture<byte[]> result = ownCopy(mine);
    store
        .get(key, GetOptions.DEFAULT)
        .whenComplete((read, e) -> landOrCompute(key, ttl, compute, mine, read, Futures.unwrap(e)));
    return result;
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
    if (error != null && isCallersOwn(error)) {
      land(key, flight, null, error);
    } else if (error == null && read.value().isPresent()) {
      land(key, flight, read.value().get(), null);
    } else {
      // Where nothing can be read, nothing is stored: nobody waits for a dead cache twice.
      boolean stores = error == null;
      run(compute)
          .whenComplete(
              (value, e) -> {
                if (e != null || !stores) {
                  land(key, flight, value, Futures.unwrap(e));
                } else {
                  store
                      .set(key, value, SetOptions.DEFAULT.withTtl(shortened(ttl)))
                      .whenComplete((stored, ignored) -> land(key, flight, value, null));
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

  private static boolean isCallersOwn(Throwable error) {
    return error instanceof CacheStoreException e
        && (e.code() == Status.Code.INVALID_ARGUMENT
            || e.reason().equals(CacheStoreException.STORE_CLOSED));
  }
}
