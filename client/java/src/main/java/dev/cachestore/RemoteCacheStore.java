// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Messages.bytes;

import dev.cachestore.v1.CacheCounterGrpc;
import dev.cachestore.v1.CacheStoreGrpc;
import dev.cachestore.v1.ClearRequest;
import dev.cachestore.v1.DeleteRequest;
import dev.cachestore.v1.ExistsRequest;
import dev.cachestore.v1.GetRequest;
import dev.cachestore.v1.IncrementRequest;
import dev.cachestore.v1.PingRequest;
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
  private final RemoteCalls calls;
  private final RemoteBatches batches;

  /** {@code maxBatchBytes} is the largest request of a batch that the service accepts. */
  RemoteCacheStore(RemoteCalls calls, long maxBatchBytes) {
    this.calls = calls;
    batches = new RemoteBatches(calls, maxBatchBytes);
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
        !RemoteCalls.REPEAT,
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
        RemoteCalls.REPEAT,
        ClearRequest.getDefaultInstance(),
        options.timeout(),
        (call, answer) -> null);
  }

  @Override
  public CompletableFuture<Void> ping(CallOptions options) {
    return calls.start(
        call("ping"),
        CacheStoreGrpc.getPingMethod(),
        RemoteCalls.REPEAT,
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
        !RemoteCalls.REPEAT,
        request.build(),
        options.timeout(),
        (call, answer) -> Messages.incrementResult(answer));
  }

  @Override
  public CompletableFuture<List<ItemResult<Optional<byte[]>>>> batchGet(
      List<Key> keys, CallOptions options) {
    return batches.get(keys, options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchSet(
      List<SetEntry> entries, CallOptions options) {
    return batches.set(entries, options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchDelete(
      List<Key> keys, CallOptions options) {
    return batches.delete(keys, options);
  }

  @Override
  public CompletableFuture<List<ItemResult<Boolean>>> batchExists(
      List<Key> keys, CallOptions options) {
    return batches.exists(keys, options);
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
