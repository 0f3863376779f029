// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Futures of which each that is cancelled cancels the call behind it. */
final class Futures {
  private Futures() {}

  /** The future that {@code call} gives, or a failed one if it throws instead. */
  static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> call) {
    try {
      return call.get();
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What {@code handle} makes of how {@code source} ends. */
  static <A, B> CompletableFuture<B> handle(
      CompletableFuture<A> source, BiFunction<A, Throwable, B> handle) {
    CompletableFuture<B> result =
        source.handle((value, error) -> handle.apply(value, unwrap(error)));
    result.whenComplete(
        (value, error) -> {
          if (result.isCancelled()) source.cancel(false);
        });
    return result;
  }

  /** What {@code map} makes of the value. */
  static <A, B> CompletableFuture<B> map(CompletableFuture<A> source, Function<A, B> map) {
    return handle(
        source,
        (value, error) -> {
          if (error != null) throw wrap(error);
          return map.apply(value);
        });
  }

  /** The error itself, without what futures put around it. */
  static Throwable unwrap(Throwable error) {
    boolean wrapped = error instanceof CompletionException && error.getCause() != null;
    return wrapped ? error.getCause() : error;
  }

  static CompletionException wrap(Throwable error) {
    return new CompletionException(error);
  }
}
