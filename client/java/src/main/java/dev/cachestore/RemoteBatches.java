// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Messages.bytes;

import dev.cachestore.v1.BatchDeleteRequest;
import dev.cachestore.v1.BatchExistsRequest;
import dev.cachestore.v1.BatchGetRequest;
import dev.cachestore.v1.BatchSetRequest;
import dev.cachestore.v1.CacheBatchGrpc;
import dev.cachestore.v1.CacheStoreGrpc;
import dev.cachestore.v1.GetRequest;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/**
 * The batches of a RemoteCacheStore. One whose request would be too large is sent in parts; an
 * entry that is too large by itself, by a Set of its own; and values for which a reply had no room
 * are fetched by single Gets.
 */
final class RemoteBatches {
  /** What one item takes of a request at most, besides its key and value. */
  private static final long ITEM_OVERHEAD_BYTES = 64;

  private final RemoteCalls calls;
  private final long maxBytes;

  RemoteBatches(RemoteCalls calls, long maxBytes) {
    this.calls = calls;
    this.maxBytes = maxBytes;
  }

  CompletableFuture<List<ItemResult<Optional<byte[]>>>> get(List<Key> keys, CallOptions options) {
    return begin(
        "batch_get",
        options,
        (call, deadline) ->
            new BatchRun<>(
                call,
                split(keys, RemoteBatches::sizeOf),
                part ->
                    calls.start(
                        call,
                        CacheBatchGrpc.getBatchGetMethod(),
                        RemoteCalls.REPEAT,
                        BatchGetRequest.newBuilder().addAllKeys(bytes(part)).build(),
                        deadline,
                        (same, answer) -> BatchMessages.values(call, part, answer)),
                Optional.of(key -> fetch(call.forKey(key), key, deadline))));
  }

  CompletableFuture<List<ItemResult<Boolean>>> set(List<SetEntry> entries, CallOptions options) {
    boolean mayRepeat = entries.stream().noneMatch(one -> one.options().dependsOnWhatIsStored());
    return begin(
        "batch_set",
        options,
        (call, deadline) ->
            new BatchRun<>(
                call,
                split(entries, RemoteBatches::sizeOf),
                part ->
                    part.size() == 1 && sizeOf(part.get(0)) > maxBytes
                        ? setAlone(call, part.get(0), mayRepeat, deadline)
                        : setPart(call, part, mayRepeat, deadline),
                Optional.empty()));
  }

  CompletableFuture<List<ItemResult<Boolean>>> delete(List<Key> keys, CallOptions options) {
    return begin(
        "batch_delete",
        options,
        (call, deadline) ->
            new BatchRun<>(
                call,
                split(keys, RemoteBatches::sizeOf),
                part ->
                    calls.start(
                        call,
                        CacheBatchGrpc.getBatchDeleteMethod(),
                        !RemoteCalls.REPEAT,
                        BatchDeleteRequest.newBuilder().addAllKeys(bytes(part)).build(),
                        deadline,
                        (same, answer) -> BatchMessages.deleted(call, part, answer)),
                Optional.empty()));
  }

  CompletableFuture<List<ItemResult<Boolean>>> exists(List<Key> keys, CallOptions options) {
    return begin(
        "batch_exists",
        options,
        (call, deadline) ->
            new BatchRun<>(
                call,
                split(keys, RemoteBatches::sizeOf),
                part ->
                    calls.start(
                        call,
                        CacheBatchGrpc.getBatchExistsMethod(),
                        RemoteCalls.REPEAT,
                        BatchExistsRequest.newBuilder().addAllKeys(bytes(part)).build(),
                        deadline,
                        (same, answer) -> BatchMessages.exist(call, part, answer)),
                Optional.empty()));
  }

  /** All calls of a batch end by one deadline. */
  private <I, T> CompletableFuture<List<ItemResult<T>>> begin(
      String operation, CallOptions options, BiFunction<Call, Deadline, BatchRun<I, T>> run) {
    Call call = Call.start(operation, calls.address());
    try {
      return run.apply(call, calls.deadline(options.timeout())).start();
    } catch (Refused refused) {
      return CompletableFuture.failedFuture(call.refused(refused));
    }
  }

  /** Parts of at most maxBytes, or of one item that is larger; an empty batch is one part. */
  private <I> List<List<I>> split(List<I> items, ToLongFunction<I> sizeOf) {
    List<List<I>> parts = new ArrayList<>();
    int begin = 0;
    long bytes = 0;
    for (int i = 0; i < items.size(); i++) {
      long size = sizeOf.applyAsLong(items.get(i));
      if (i > begin && bytes + size > maxBytes) {
        parts.add(items.subList(begin, i));
        begin = i;
        bytes = 0;
      }
      bytes += size;
    }
    parts.add(items.subList(begin, items.size()));
    return parts;
  }

  private CompletableFuture<ItemResult<Optional<byte[]>>> fetch(
      Call call, Key key, Deadline deadline) {
    return Futures.handle(
        calls.start(
            call,
            CacheStoreGrpc.getGetMethod(),
            RemoteCalls.REPEAT,
            GetRequest.newBuilder().setKey(bytes(key)).build(),
            deadline,
            (same, answer) -> Messages.getResult(answer).value()),
        RemoteBatches::itemOf);
  }

  private CompletableFuture<List<ItemResult<Boolean>>> setPart(
      Call call, List<SetEntry> part, boolean mayRepeat, Deadline deadline) {
    BatchSetRequest.Builder request = BatchSetRequest.newBuilder();
    for (SetEntry e : part) {
      request.addEntries(Messages.setRequest(e.key(), e.value(), e.options()));
    }
    List<Key> keys = part.stream().map(SetEntry::key).toList();
    return calls.start(
        call,
        CacheBatchGrpc.getBatchSetMethod(),
        mayRepeat,
        request.build(),
        deadline,
        (same, answer) -> BatchMessages.stored(call, keys, answer));
  }

  private CompletableFuture<List<ItemResult<Boolean>>> setAlone(
      Call call, SetEntry entry, boolean mayRepeat, Deadline deadline) {
    return Futures.handle(
        calls.start(
            call.forKey(entry.key()),
            CacheStoreGrpc.getSetMethod(),
            mayRepeat,
            Messages.setRequest(entry.key(), entry.value(), entry.options()),
            deadline,
            (same, answer) -> answer.getStored()),
        (stored, error) -> {
          if (error instanceof CacheStoreException e) {
            // As the service says it of an entry of a batch.
            if (e.code() == Status.Code.INVALID_ARGUMENT) {
              throw call.failed(e.code(), "entries[0]." + e.reason());
            }
            // Those after it need not wait for a service that is away.
            if (e.isAway()) throw e;
          }
          return List.of(itemOf(stored, error));
        });
  }

  private static <T> ItemResult<T> itemOf(T value, Throwable error) {
    if (error == null) return ItemResult.of(value);
    if (error instanceof CacheStoreException e) return ItemResult.failed(e);
    throw Futures.wrap(error);
  }

  private static long sizeOf(Key key) {
    return key.size() + ITEM_OVERHEAD_BYTES;
  }

  private static long sizeOf(SetEntry entry) {
    return sizeOf(entry.key()) + entry.value().length;
  }
}
