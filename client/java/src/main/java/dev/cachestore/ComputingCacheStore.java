// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** What all stores have in common but their views: they compute, and have views. */
abstract class ComputingCacheStore implements CacheStore {
  private final Computations computations =
      new Computations(this, () -> ThreadLocalRandom.current().nextDouble());

  private volatile boolean closed;

  /** Those that override it call it first. */
  @Override
  public void close() {
    closed = true;
  }

  /** The read before a value is computed. Fails where the cache is away, even with fail-open. */
  CompletableFuture<GetResult> readToCompute(Key key) {
    return get(key, GetOptions.DEFAULT);
  }

  final boolean isClosed() {
    return closed;
  }

  @Override
  public final CompletableFuture<byte[]> getOrCompute(
      Key key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute) {
    return computations.getOrCompute(key, ttl, compute);
  }

  @Override
  public final CacheStore withPrefix(String prefix) {
    return new PrefixedCacheStore(this, Key.of(prefix));
  }
}
