// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import cachestore.v1.Batch.BatchDeleteResponse;
import cachestore.v1.Batch.BatchDeleteResult;
import cachestore.v1.Batch.BatchExistsResponse;
import cachestore.v1.Batch.BatchExistsResult;
import cachestore.v1.Batch.BatchGetResponse;
import cachestore.v1.Batch.BatchGetResult;
import cachestore.v1.Batch.BatchSetResponse;
import cachestore.v1.Batch.BatchSetResult;
import cachestore.v1.Batch.ItemError;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The answers to batches, and what they mean here. */
final class BatchMessages {
  private BatchMessages() {}

  static List<ItemResult<Optional<byte[]>>> values(Call call, int keys, BatchGetResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchGetResult::hasError,
        BatchGetResult::getError,
        item -> item.hasValue() ? Optional.of(item.getValue().toByteArray()) : Optional.empty());
  }

  static List<ItemResult<Boolean>> stored(Call call, int entries, BatchSetResponse answer) {
    return items(
        call,
        entries,
        answer.getResultsList(),
        BatchSetResult::hasError,
        BatchSetResult::getError,
        BatchSetResult::getStored);
  }

  static List<ItemResult<Boolean>> deleted(Call call, int keys, BatchDeleteResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchDeleteResult::hasError,
        BatchDeleteResult::getError,
        BatchDeleteResult::getDeleted);
  }

  static List<ItemResult<Boolean>> exist(Call call, int keys, BatchExistsResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchExistsResult::hasError,
        BatchExistsResult::getError,
        BatchExistsResult::getExists);
  }

  private static <I, T> List<ItemResult<T>> items(
      Call call,
      int expected,
      List<I> items,
      Predicate<I> hasError,
      Function<I, ItemError> error,
      Function<I, T> result) {
    if (items.size() != expected) {
      throw call.failed(
          Status.Code.INTERNAL,
          "the answer has %d results for a batch of %d".formatted(items.size(), expected));
    }
    return items.stream()
        .map(
            item ->
                hasError.test(item)
                    ? ItemResult.<T>failed(failed(call, error.apply(item)))
                    : ItemResult.of(result.apply(item)))
        .toList();
  }

  private static CacheStoreException failed(Call call, ItemError error) {
    return call.failed(Status.fromCodeValue(error.getCode()).getCode(), error.getMessage());
  }
}
