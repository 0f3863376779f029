// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Messages.bytes;

import cachestore.v1.Batch.BatchDeleteRequest;
import cachestore.v1.Batch.BatchExistsRequest;
import cachestore.v1.Batch.BatchGetRequest;
import cachestore.v1.Batch.BatchSetRequest;
import cachestore.v1.Cache.ClearRequest;
import cachestore.v1.Cache.DeleteRequest;
import cachestore.v1.Cache.ExistsRequest;
import cachestore.v1.Cache.GetRequest;
import cachestore.v1.Cache.PingRequest;
import cachestore.v1.CacheBatchGrpc;
import cachestore.v1.CacheCounterGrpc;
import cachestore.v1.CacheStoreGrpc;
import cachestore.v1.Counter.IncrementRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A cache service that programs share. The service decides: its limits, its default TTL, its
 * errors. Answered here are only calls after close() and those beyond max_calls_in_flight.
 *
 * <p>What ends UNAVAILABLE and may be repeated is repeated by gRPC, within the deadline; never what
 * depends on what is stored, changes a TTL, or counts.
 */
final class RemoteCacheStore extends ComputingCacheStore {
  private static final boolean REPEAT = true;

  private final RemoteCalls calls;

  RemoteCacheStore(RemoteCalls calls) {
    this.calls = calls;
  }

  @Override
  public CompletableFuture<GetResult> get(Key key, GetOptions options) {
    GetRequest.Builder request =
        GetRequest.newBuilder()
            .setKey(bytes(key))
            .setWantEtag(options.wantEtag())
            .setWantTtl(options.wantTtl());
    options.touch().ifPresent(touch -> request.setTouch(Messages.duration(touch)));
    return calls.start(
        call("get", key),
        CacheStoreGrpc.getGetMethod(),
        options.touch().isEmpty(),
        request.build(),
        options.timeout(),
        (call, answer) -> Messages.getResult(answer));
  }

  @Override
  public CompletableFuture<Boolean> set(Key key, byte[] value, SetOptions options) {
    return calls.start(
        call("set", key),
        CacheStoreGrpc.getSetMethod(),
        !options.dependsOnWhatIsStored(),
        Messages.setRequest(key, value, options),
        options.timeout(),
        (call, answer) -> answer.getStored());
  }

  @Override
  public CompletableFuture<Boolean> delete(Key key, DeleteOptions options) {
    DeleteRequest.Builder request = DeleteRequest.newBuilder().setKey(bytes(key));
    options.ifEtag().ifPresent(etag -> request.setIfEtag(bytes(etag)));
    return calls.start(
        call("delete", key),
        CacheStoreGrpc.getDeleteMethod(),
        !REPEAT,
        request.build(),
        options.timeout(),
        (call, answer) -> answer.getDeleted());
  }

  @Override
  public CompletableFuture<ExistsResult> exists(Key key, ExistsOptions options) {
    ExistsRequest.Builder request =
        ExistsRequest.newBuilder().setKey(bytes(key)).setWantTtl(options.wantTtl());
    options.touch().ifPresent(touch -> request.setTouch(Messages.duration(touch)));
    return calls.start(
        call("exists", key),
        CacheStoreGrpc.getExistsMethod(),
        options.touch().isEmpty(),
        request.build(),
        options.timeout(),
        (call, answer) -> Messages.existsResult(answer));
  }

  @Override
  public CompletableFuture<Void> clear(CallOptions options) {
    return calls.start(
        call("clear"),
        CacheStoreGrpc.getClearMethod(),
        REPEAT,
        ClearRequest.getDefaultInstance(),
        options.timeout(),
        (call, answer) -> null);
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return calls.start(
        call("ping"),
        CacheStoreGrpc.getPingMethod(),
        REPEAT,
        PingRequest.getDefaultInstance(),
        options.timeout(),
        (call, answer) -> null);
  }

  @Override
  public CompletableFuture<IncrementResult> increment(
      Key key, long delta, IncrementOptions options) {
    IncrementRequest.Builder request =
        IncrementRequest.newBuilder().setKey(bytes(key)).setDelta(delta);
    options.ttl().ifPresent(ttl -> request.setTtl(Messages.duration(ttl)));
    return calls.start(
        call("increment", key),
        CacheCounterGrpc.getIncrementMethod(),
        !REPEAT,
        request.build(),
        options.timeout(),
        (call, answer) -> Messages.incrementResult(answer));
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return calls.start(
        call("batch_get"),
        CacheBatchGrpc.getBatchGetMethod(),
        REPEAT,
        BatchGetRequest.newBuilder().addAllKeys(bytes(keys)).build(),
        options.timeout(),
        (call, answer) -> BatchMessages.values(call, keys.size(), answer));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    BatchSetRequest.Builder request = BatchSetRequest.newBuilder();
    for (SetEntry e : entries) {
      request.addEntries(Messages.setRequest(e.key(), e.value(), e.options()));
    }
    return calls.start(
        call("batch_set"),
        CacheBatchGrpc.getBatchSetMethod(),
        entries.stream().noneMatch(entry -> entry.options().dependsOnWhatIsStored()),
        request.build(),
        options.timeout(),
        (call, answer) -> BatchMessages.stored(call, entries.size(), answer));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return calls.start(
        call("batch_delete"),
        CacheBatchGrpc.getBatchDeleteMethod(),
        !REPEAT,
        BatchDeleteRequest.newBuilder().addAllKeys(bytes(keys)).build(),
        options.timeout(),
        (call, answer) -> BatchMessages.deleted(call, keys.size(), answer));
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return calls.start(
        call("batch_exists"),
        CacheBatchGrpc.getBatchExistsMethod(),
        REPEAT,
        BatchExistsRequest.newBuilder().addAllKeys(bytes(keys)).build(),
        options.timeout(),
        (call, answer) -> BatchMessages.exist(call, keys.size(), answer));
  }

  @Override
  public void close() {
    super.close();
    calls.close();
  }

  private Call call(String operation, Key key) {
    return Call.start(operation, key, calls.address());
  }

  private Call call(String operation) {
    return Call.start(operation, calls.address());
  }
}
