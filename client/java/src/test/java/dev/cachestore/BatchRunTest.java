// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class BatchRunTest {
  private static final Call CALL = Call.start("batch_get", "a service");

  /** The calls that were made, in their order, which the test ends. */
  private final List<CompletableFuture<List<ItemResult<String>>>> parts = new ArrayList<>();

  private final List<CompletableFuture<ItemResult<String>>> fetches = new ArrayList<>();

  private CompletableFuture<List<ItemResult<String>>> start(List<List<String>> items) {
    return new BatchRun<>(
            CALL,
            items,
            part -> begun(parts, new CompletableFuture<List<ItemResult<String>>>()),
            Optional.of(key -> begun(fetches, new CompletableFuture<ItemResult<String>>())))
        .start();
  }

  private static <T> CompletableFuture<T> begun(
      List<CompletableFuture<T>> calls, CompletableFuture<T> call) {
    calls.add(call);
    return call;
  }

  private static CacheStoreException error(Status.Code code) {
    return CALL.failed(code, "scripted");
  }

  private static ItemResult<String> noRoom() {
    return ItemResult.failed(error(Status.Code.RESOURCE_EXHAUSTED));
  }

  private static Status.Code codeOf(ItemResult<String> item) {
    return item.error().orElseThrow().code();
  }

  @Test
  void aPartBeginsWhenTheOneBeforeHasEnded() {
    var batch = start(List.of(List.of("a", "b"), List.of("c")));
    assertEquals(1, parts.size());
    parts.get(0).complete(List.of(ItemResult.of("A"), ItemResult.of("B")));
    assertEquals(2, parts.size());
    parts.get(1).complete(List.of(ItemResult.of("C")));
    assertEquals(List.of("A", "B", "C"), batch.join().stream().map(ItemResult::get).toList());
  }

  @Test
  void ifTheFirstPartFailsTheBatchDoes() {
    var batch = start(List.of(List.of("a"), List.of("b")));
    CacheStoreException away = error(Status.Code.UNAVAILABLE);
    parts.get(0).completeExceptionally(away);
    assertSame(away, assertThrows(CompletionException.class, batch::join).getCause());
    assertEquals(1, parts.size());
  }

  @Test
  void ifALaterPartFailsItsItemsAndThoseAfterItHaveItsError() {
    var batch = start(List.of(List.of("a"), List.of("b"), List.of("c")));
    parts.get(0).complete(List.of(ItemResult.of("A")));
    parts.get(1).completeExceptionally(error(Status.Code.UNAVAILABLE));
    assertEquals("A", batch.join().get(0).get());
    assertEquals(Status.Code.UNAVAILABLE, codeOf(batch.join().get(1)));
    assertEquals(Status.Code.UNAVAILABLE, codeOf(batch.join().get(2)));
    assertEquals(2, parts.size());
  }

  @Test
  void whatHadNoRoomIsFetchedEightAtATime() {
    List<String> keys = new ArrayList<>();
    List<ItemResult<String>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      keys.add("k" + i);
      answers.add(i == 0 ? ItemResult.of("v0") : noRoom());
    }
    var batch = start(List.of(keys));
    parts.get(0).complete(answers);
    assertEquals(8, fetches.size());
    fetches.get(3).complete(ItemResult.of("v4"));
    assertEquals(9, fetches.size());
    for (int i : new int[] {8, 7, 6, 5, 4, 2, 1}) {
      fetches.get(i).complete(ItemResult.of("v" + (i + 1)));
    }
    assertFalse(batch.isDone());
    fetches.get(0).complete(ItemResult.failed(error(Status.Code.DEADLINE_EXCEEDED)));
    assertEquals("v0", batch.join().get(0).get());
    assertEquals(Status.Code.DEADLINE_EXCEEDED, codeOf(batch.join().get(1)));
    for (int i = 2; i < 10; i++) assertEquals("v" + i, batch.join().get(i).get());
  }

  @Test
  void cancellingItCancelsWhatIsInFlightAndNothingElseBegins() {
    var batch = start(List.of(List.of("a"), List.of("b")));
    batch.cancel(false);
    assertTrue(parts.get(0).isCancelled());
    assertEquals(1, parts.size());

    var fetching = start(List.of(List.of("a", "b")));
    parts.get(1).complete(List.of(noRoom(), noRoom()));
    fetching.cancel(false);
    for (var fetch : fetches) assertTrue(fetch.isCancelled());
  }

  @Test
  void theNumberOfAnItemThatIsRefusedIsThatOfTheWholeBatch() {
    var batch = start(List.of(List.of("a", "b"), List.of("c", "d")));
    parts.get(0).complete(List.of(ItemResult.of("A"), ItemResult.of("B")));
    parts
        .get(1)
        .completeExceptionally(CALL.failed(Status.Code.INVALID_ARGUMENT, "keys[1]: is empty"));
    CacheStoreException error =
        assertFails(
            Status.Code.INVALID_ARGUMENT,
            () -> {
              throw assertThrows(CompletionException.class, batch::join).getCause();
            });
    assertEquals(
        "keys[3]: is empty; of this batch, the first 2 were sent and are done", error.reason());
  }
}
