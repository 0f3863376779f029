// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One batch in flight: its parts one after the other, then what a reply had no room for, several at
 * a time. Each step is the callback of the one before.
 *
 * <p>If the first part fails, the batch does. If a later one does, its items and those after it
 * have its error; but one that refuses an item is the error of the batch, though what came before
 * it is done.
 */
final class BatchRun<I, T> {
  private static final Pattern REFUSED_ITEM =
      Pattern.compile("(keys|entries)\\[([0-9]{1,9})](.*)", Pattern.DOTALL);
  private static final int FETCHES_AT_A_TIME = 8;

  private final Call call;
  private final List<I> items;
  private final List<List<I>> parts;
  private final Function<List<I>, CompletableFuture<List<ItemResult<T>>>> callPart;
  private final Optional<Function<I, CompletableFuture<ItemResult<T>>>> fetch;
  private final CompletableFuture<List<ItemResult<T>>> result = new CompletableFuture<>();
  private final Set<CompletableFuture<?>> inFlight = ConcurrentHashMap.newKeySet();
  private final List<ItemResult<T>> results = new ArrayList<>();
  private int nextPart;

  /** {@code fetch} gets one item for which a reply had no room; for batches that read values. */
  BatchRun(
      Call call,
      List<List<I>> parts,
      Function<List<I>, CompletableFuture<List<ItemResult<T>>>> callPart,
      Optional<Function<I, CompletableFuture<ItemResult<T>>>> fetch) {
    this.call = call;
    this.items = parts.stream().flatMap(List::stream).toList();
    this.parts = parts;
    this.callPart = callPart;
    this.fetch = fetch;
  }

  /** Cancelling it cancels what is in flight, and nothing else begins. */
  CompletableFuture<List<ItemResult<T>>> start() {
    result.whenComplete(
        (value, error) -> {
          if (result.isCancelled()) inFlight.forEach(one -> one.cancel(false));
        });
    startPart();
    return result;
  }

  private void startPart() {
    if (nextPart == parts.size()) {
      fetchWhatHadNoRoom();
      return;
    }
    List<I> part = parts.get(nextPart++);
    then(
        () -> callPart.apply(part),
        (answers, error) -> {
          if (error != null) {
            fail(error);
          } else {
            results.addAll(answers);
            startPart();
          }
        });
  }

  private void fail(Throwable error) {
    if (results.isEmpty() || !(error instanceof CacheStoreException failure)) {
      result.completeExceptionally(error);
    } else if (failure.code() == Status.Code.INVALID_ARGUMENT) {
      result.completeExceptionally(refusedLater(failure.reason()));
    } else {
      while (results.size() < items.size()) results.add(ItemResult.failed(failure));
      finish();
    }
  }

  /** With the item's number in the whole batch. */
  private CacheStoreException refusedLater(String reason) {
    int done = results.size();
    Matcher item = REFUSED_ITEM.matcher(reason);
    String ofBatch =
        item.matches()
            ? "%s[%d]%s"
                .formatted(item.group(1), Integer.parseInt(item.group(2)) + done, item.group(3))
            : reason;
    return call.failed(
        Status.Code.INVALID_ARGUMENT,
        "%s; of this batch, the first %d were sent and are done".formatted(ofBatch, done));
  }

  private void fetchWhatHadNoRoom() {
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < results.size() && fetch.isPresent(); i++) {
      if (hadNoRoom(results.get(i))) missing.add(i);
    }
    if (missing.isEmpty()) {
      finish();
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicInteger unfinished = new AtomicInteger(missing.size());
    for (int i = 0; i < FETCHES_AT_A_TIME; i++) fetchNext(missing, next, unfinished);
  }

  private static boolean hadNoRoom(ItemResult<?> item) {
    return item.error().filter(e -> e.code() == Status.Code.RESOURCE_EXHAUSTED).isPresent();
  }

  /** The places of the results are apart, and the last to count down sees them all. */
  private void fetchNext(List<Integer> missing, AtomicInteger next, AtomicInteger unfinished) {
    int turn = next.getAndIncrement();
    if (turn >= missing.size()) return;
    int place = missing.get(turn);
    then(
        () -> fetch.orElseThrow().apply(items.get(place)),
        (fetched, error) -> {
          if (error != null) {
            result.completeExceptionally(error);
            return;
          }
          results.set(place, fetched);
          if (unfinished.decrementAndGet() == 0) finish();
          fetchNext(missing, next, unfinished);
        });
  }

  private void finish() {
    result.complete(Collections.unmodifiableList(results));
  }

  /** Makes a call, and lets {@code ended} go on with its end, unless the batch has ended before. */
  private <A> void then(Supplier<CompletableFuture<A>> start, BiConsumer<A, Throwable> ended) {
    if (result.isDone()) return;
    CompletableFuture<A> future = Futures.begin(start);
    inFlight.add(future);
    if (result.isCancelled()) future.cancel(false);
    future.whenComplete(
        (answer, error) -> {
          inFlight.remove(future);
          ended.accept(answer, Futures.unwrap(error));
        });
  }
}
