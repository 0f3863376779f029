// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each end of a call tells the breaker, and what the caller gets. */
final class FailOpenBreakerTest {
  private static final Key KEY = Key.of("k");

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore script = new ScriptedStore();
  private final CacheStore store =
      new FailOpenCacheStore(
          script.store(), new Breaker(2, Duration.ofSeconds(1), clock), CacheObserver.NONE);

  private CompletableFuture<GetResult> get() {
    return store.get(KEY, GetOptions.DEFAULT);
  }

  private void open() {
    script.thenFail(Status.Code.UNAVAILABLE).thenFail(Status.Code.DEADLINE_EXCEEDED);
    assertEquals(GetResult.MISS, get().join());
    assertEquals(GetResult.MISS, get().join());
    script.made.clear();
  }

  private void assertAsksNobody() {
    int made = script.made.size();
    assertEquals(GetResult.MISS, get().join());
    assertEquals(made, script.made.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"PERMISSION_DENIED", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED", "INTERNAL"})
  void anErrorOfTheServiceIsAnAnswerAndStaysAnError(Status.Code code) {
    script.thenFail(Status.Code.UNAVAILABLE).thenFail(code).thenFail(Status.Code.UNAVAILABLE);
    BlockingCacheStore cache = store.blocking();
    cache.get("k");
    assertFails(code, () -> cache.get("k"));
    cache.get("k");
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    cache.get("k");
    assertEquals(4, script.made.size());
    assertEquals(new FailOpenCounts(2, 0), store.failOpenCounts());
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILED_PRECONDITION", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"})
  void whatNeverLeftTheProcessTellsTheBreakerNothing(Status.Code code) {
    script.thenFail(Status.Code.UNAVAILABLE);
    for (int i = 0; i < 5; i++) script.thenRefuse(code);
    script.thenFail(Status.Code.UNAVAILABLE);
    for (int i = 0; i < 7; i++) get();
    assertEquals(7, script.made.size());
    assertAsksNobody();
  }

  @Test
  void aStragglerNeitherEndsTheTrialNorProlongsTheTime() {
    CompletableFuture<GetResult> straggler = new CompletableFuture<>();
    script.then(straggler);
    get();
    open();
    clock.advance(Duration.ofSeconds(1));
    CompletableFuture<GetResult> trial = new CompletableFuture<>();
    script.then(trial);
    get();
    straggler.completeExceptionally(ScriptedStore.error(Status.Code.UNAVAILABLE));
    assertAsksNobody();
    trial.complete(GetResult.MISS);
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    get();
    assertEquals(2, script.made.size());
  }

  @Test
  void whileTheTrialHangsAllOthersMissAtOnce() {
    open();
    clock.advance(Duration.ofSeconds(1));
    script.then(new CompletableFuture<>());
    assertFalse(get().isDone());
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 10; i++) assertAsksNobody();
  }

  @Test
  void aTrialThatThrowsGivesItsPlaceBack() {
    open();
    clock.advance(Duration.ofSeconds(1));
    IllegalStateException thrown = new IllegalStateException("no");
    script.thenDo(
        () -> {
          throw thrown;
        });
    assertThrows(IllegalStateException.class, () -> store.blocking().get("k"));
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    get();
    assertEquals(2, script.made.size());
  }

  @Test
  void aTrialThatIsCancelledGivesItsPlaceBack() {
    open();
    clock.advance(Duration.ofSeconds(1));
    CompletableFuture<GetResult> trial = new CompletableFuture<>();
    script.then(trial);
    assertTrue(get().cancel(true));
    assertTrue(trial.isCancelled());
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    get();
    assertEquals(2, script.made.size());
  }

  @Test
  void aTrialBeyondTheBoundGivesItsPlaceBackAndIsAMiss() {
    open();
    clock.advance(Duration.ofSeconds(1));
    script.thenRefuse(Status.Code.RESOURCE_EXHAUSTED);
    assertEquals(GetResult.MISS, get().join());
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    get();
    assertEquals(2, script.made.size());
  }

  @Test
  void incrementClearAndPingAreAlwaysMadeAndKeepTheirErrors() {
    BlockingCacheStore cache = store.blocking();
    open();
    for (int i = 0; i < 3; i++) script.thenFail(Status.Code.UNAVAILABLE);
    assertFails(Status.Code.UNAVAILABLE, () -> cache.increment("n", 1));
    assertFails(Status.Code.UNAVAILABLE, () -> cache.clear());
    assertFails(Status.Code.UNAVAILABLE, () -> cache.ping());
    assertEquals(List.of("increment", "clear", "ping"), script.made);
  }

  @Test
  void whatTheyComeToInformsTheBreaker() {
    script.thenFail(Status.Code.UNAVAILABLE).thenFail(Status.Code.UNAVAILABLE);
    assertFails(Status.Code.UNAVAILABLE, () -> store.blocking().ping());
    assertFails(Status.Code.UNAVAILABLE, () -> store.blocking().clear());
    assertAsksNobody();
    clock.advance(Duration.ofSeconds(1));
    script.then(CompletableFuture.completedFuture(null));
    store.blocking().ping();
    script.then(CompletableFuture.completedFuture(GetResult.MISS));
    get();
    assertEquals(4, script.made.size());
  }

  @Test
  void anItemThatIsAwayIsAMissOrALostWriteAndOtherItemsStay() {
    ItemResult<Boolean> away = ItemResult.failed(ScriptedStore.error(Status.Code.UNAVAILABLE));
    ItemResult<Boolean> late =
        ItemResult.failed(ScriptedStore.error(Status.Code.DEADLINE_EXCEEDED));
    ItemResult<Boolean> full =
        ItemResult.failed(ScriptedStore.error(Status.Code.RESOURCE_EXHAUSTED));
    List<ItemResult<Boolean>> all = List.of(ItemResult.of(true), away, late, full);
    List<ItemResult<Boolean>> shown =
        List.of(ItemResult.of(true), ItemResult.of(false), ItemResult.of(false), full);
    List<Key> keys = List.of(KEY, KEY, KEY, KEY);
    for (int i = 0; i < 3; i++) script.then(CompletableFuture.completedFuture(all));
    assertEquals(shown, store.batchExists(keys, CallOptions.DEFAULT).join());
    assertEquals(new FailOpenCounts(2, 0), store.failOpenCounts());
    assertEquals(shown, store.batchDelete(keys, CallOptions.DEFAULT).join());
    SetEntry entry = SetEntry.of("k", utf8("v"));
    List<SetEntry> entries = List.of(entry, entry, entry, entry);
    assertEquals(shown, store.batchSet(entries, CallOptions.DEFAULT).join());
    assertEquals(new FailOpenCounts(2, 4), store.failOpenCounts());
    script.then(
        CompletableFuture.completedFuture(
            List.of(ItemResult.failed(ScriptedStore.error(Status.Code.UNAVAILABLE)))));
    assertEquals(
        List.of(ItemResult.of(Optional.<byte[]>empty())),
        store.batchGet(List.of(KEY), CallOptions.DEFAULT).join());
    assertEquals(new FailOpenCounts(3, 4), store.failOpenCounts());
  }
}
