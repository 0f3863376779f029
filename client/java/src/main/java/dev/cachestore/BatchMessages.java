// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import dev.cachestore.v1.BatchDeleteResponse;
import dev.cachestore.v1.BatchDeleteResult;
import dev.cachestore.v1.BatchExistsResponse;
import dev.cachestore.v1.BatchExistsResult;
import dev.cachestore.v1.BatchGetResponse;
import dev.cachestore.v1.BatchGetResult;
import dev.cachestore.v1.BatchSetResponse;
import dev.cachestore.v1.BatchSetResult;
import dev.cachestore.v1.ItemError;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The answers to batches, and what they mean here. */
final class BatchMessages {
  private BatchMessages() {}

  static List<ItemResult<Optional<byte[]>>> values(
      Call call, List<Key> keys, BatchGetResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchGetResult::hasError,
        BatchGetResult::getError,
        item -> item.hasValue() ? Optional.of(item.getValue().toByteArray()) : Optional.empty());
  }

  static List<ItemResult<Boolean>> stored(Call call, List<Key> keys, BatchSetResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchSetResult::hasError,
        BatchSetResult::getError,
        BatchSetResult::getStored);
  }

  static List<ItemResult<Boolean>> deleted(Call call, List<Key> keys, BatchDeleteResponse answer) {
    return items(
        call,
        keys,
        answer.getResultsList(),
        BatchDeleteResult::hasError,
        BatchDeleteResult::getError,
        BatchDeleteResult::getDeleted);
  }

  static List<ItemResult<Boolean>> exist(Call call, List<Key> keys, BatchExistsResponse answer) {
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
      List<Key> keys,
      List<I> items,
      Predicate<I> hasError,
      Function<I, ItemError> error,
      Function<I, T> result) {
    if (items.size() != keys.size()) {
      throw call.failed(
          Status.Code.INTERNAL,
          "the answer has %d results for a batch of %d".formatted(items.size(), keys.size()));
    }
    List<ItemResult<T>> results = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      I item = items.get(i);
      results.add(
          hasError.test(item)
              ? ItemResult.failed(failed(call.forKey(keys.get(i)), error.apply(item)))
              : ItemResult.of(result.apply(item)));
    }
    return results;
  }

  private static CacheStoreException failed(Call call, ItemError error) {
    Status.Code code = Status.fromCodeValue(error.getCode()).getCode();
    // An error is none that says OK.
    return call.failed(code == Status.Code.OK ? Status.Code.UNKNOWN : code, error.getMessage());
  }
}
