// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A view that puts a prefix before each key. Closing it closes nothing. The store sees whole keys
 * alone: its limits and its errors are about those.
 */
final class PrefixedCacheStore implements CacheStore {
  private final CacheStore store;
  private final Key prefix;

  PrefixedCacheStore(CacheStore store, Key prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return store.get(behindPrefix(key), options);
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return store.set(behindPrefix(key), value, options);
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return store.delete(behindPrefix(key), options);
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return store.exists(behindPrefix(key), options);
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return CompletableFuture.failedFuture(
        Call.start("clear", "a view of a prefix")
            .failed(
                Status.Code.FAILED_PRECONDITION,
                "a prefix cannot be cleared, only a whole cache: delete the keys, or call clear on"
                    + " the store that the view is of"));
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return store.ping(options);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    return store.increment(behindPrefix(key), delta, options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return store.batchGet(behindPrefix(keys), options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    List<SetEntry> prefixed =
        entries.stream()
            .map(e -> new SetEntry(behindPrefix(e.key()), e.value(), e.options()))
            .toList();
    return store.batchSet(prefixed, options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return store.batchDelete(behindPrefix(keys), options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return store.batchExists(behindPrefix(keys), options);
  }

  @Override
  public CompletableFuture<byte[]> getOrCompute(
      Key key, Duration ttl, Supplier<? extends CompletionStage<byte[]>> compute) {
    return store.getOrCompute(behindPrefix(key), ttl, compute);
  }

  @Override
  public FailOpenCounts failOpenCounts() {
    return store.failOpenCounts();
  }

  @Override
  public CacheStore withPrefix(String more) {
    return new PrefixedCacheStore(store, Key.of(more).behind(prefix));
  }

  @Override
  public void close() {}

  /** An empty one stays so: it is refused behind a prefix, too. */
  private Key behindPrefix(Key key) {
    return Key.require(key).size() == 0 ? key : key.behind(prefix);
  }

  private List<Key> behindPrefix(List<Key> keys) {
    return keys.stream().map(this::behindPrefix).toList();
  }
}
