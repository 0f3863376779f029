// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A store that answers before its calls return. Checks in this order: closed, timeout, arguments.
 */
abstract class InProcessCacheStore extends ComputingCacheStore {
  private final String name;

  /** {@code name} is what errors give as the address. */
  InProcessCacheStore(String name) {
    this.name = name;
  }

  final Call call(String operation, Key key) {
    return Call.start(operation, key, name);
  }

  final Call call(String operation) {
    return Call.start(operation, name);
  }

  /** What {@code work} gives, or why it is refused. */
  final <T> CompletableFuture<T> answer(Call call, Optional<Duration> timeout, Supplier<T> work) {
    try {
      checkMayBegin(timeout);
      return CompletableFuture.completedFuture(work.get());
    } catch (Refused refused) {
      return CompletableFuture.failedFuture(call.refused(refused));
    }
  }

  private void checkMayBegin(Optional<Duration> timeout) {
    if (isClosed()) {
      throw new Refused(Status.Code.FAILED_PRECONDITION, CacheStoreException.STORE_CLOSED);
    }
    Limits.checkTimeout(timeout);
  }
}
