// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.util.Optional;
import java.util.function.Function;

/**
 * What one key or entry of a batch has come to: a value or an error.
 *
 * @param result null if there is an error
 * @param error empty if there is a result
 * @param <T> what a call for this key alone would give
 */
public record ItemResult<T>(T result, Optional<CacheStoreException> error) {
  static <T> ItemResult<T> of(T result) {
    return new ItemResult<>(result, Optional.empty());
  }

  static <T> ItemResult<T> failed(CacheStoreException error) {
    return new ItemResult<>(null, Optional.of(error));
  }

  /** The result. Throws the error, if there is one. */
  public T get() {
    if (error.isPresent()) throw error.get();
    return result;
  }

  /** The result, or what {@code otherwise} makes of the error. */
  public T orElse(Function<CacheStoreException, T> otherwise) {
    return error.isPresent() ? otherwise.apply(error.get()) : result;
  }
}
