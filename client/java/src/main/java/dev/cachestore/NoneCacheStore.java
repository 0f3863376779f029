// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Caching is off: looks at its input, stores nothing, and finds nothing. Costs nothing, either: no
 * thread, no memory, no connection.
 */
final class NoneCacheStore extends InProcessCacheStore {
  private final Limits limits;

  NoneCacheStore(Limits limits) {
    super("none");
    this.limits = limits;
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    return answer(
        call("get", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          limits.checkTouch(options.touch());
          return GetResult.MISS;
        });
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return answer(
        call("set", key),
        options.timeout(),
        () -> {
          limits.checkSet(key, value, options);
          return accepts(options);
        });
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    return answer(
        call("delete", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          options.ifEtag().ifPresent(Limits::checkEtag);
          return false;
        });
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    return answer(
        call("exists", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          limits.checkTouch(options.touch());
          return ExistsResult.ABSENT;
        });
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return answer(call("clear"), options.timeout(), () -> null);
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return answer(call("ping"), options.timeout(), () -> null);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    return answer(
        call("increment", key),
        options.timeout(),
        () -> {
          limits.checkKey(key);
          limits.checkTtl(options.ttl());
          throw new Refused(
              Status.Code.UNIMPLEMENTED,
              "caching is off, so nothing can be counted; choose a backend (memory or remote)");
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return answerKeys("batch_get", keys, options, Optional.empty());
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    return answer(
        call("batch_set"),
        options.timeout(),
        () -> {
          limits.checkEntries(entries);
          return itemsOf(entries, entry -> accepts(entry.options()));
        });
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return answerKeys("batch_delete", keys, options, false);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return answerKeys("batch_exists", keys, options, false);
  }

  private <T> CompletableFuture<List<ItemResult<T>>> answerKeys(
      String operation, List<Key> keys, CallOptions options, T nothing) {
    return answer(
        call(operation),
        options.timeout(),
        () -> {
          limits.checkKeys(keys);
          return itemsOf(keys, key -> nothing);
        });
  }

  private static <I, T> List<ItemResult<T>> itemsOf(List<I> items, Function<I, T> result) {
    return items.stream().map(item -> ItemResult.of(result.apply(item))).toList();
  }

  /** Whether a Set under this condition is accepted, where nothing is ever there. */
  private static boolean accepts(SetOptions options) {
    SetCondition.Kind kind = options.condition().kind();
    return kind == SetCondition.Kind.NONE || kind == SetCondition.Kind.IF_ABSENT;
  }
}
