// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.HANG;
import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.text;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class ComputationsTest {
  private static final List<Status.Code> TROUBLE =
      List.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.INTERNAL);
  private static final List<Status.Code> OF_CALLER =
      List.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.PERMISSION_DENIED,
          Status.Code.UNAUTHENTICATED,
          Status.Code.FAILED_PRECONDITION);

  private static final Key KEY = Key.of("k");
  private static final Duration TTL = Duration.ofSeconds(100);

  private final MemoryCacheStore store = Tests.memory(new ManualClock());
  private final AtomicInteger computed = new AtomicInteger();
  private final CompletableFuture<byte[]> pending = new CompletableFuture<>();

  private CompletableFuture<byte[]> slow() {
    computed.incrementAndGet();
    return pending;
  }

  private CompletableFuture<byte[]> quick() {
    computed.incrementAndGet();
    return CompletableFuture.completedFuture(utf8("computed"));
  }

  private static byte[] within(CompletableFuture<byte[]> future) throws Exception {
    return future.get(HANG.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void whatIsMissingIsComputedAndStored() throws Exception {
    assertArrayEquals(utf8("computed"), within(store.getOrCompute(KEY, TTL, this::quick)));
    assertArrayEquals(utf8("computed"), within(store.getOrCompute(KEY, TTL, this::quick)));
    assertEquals(1, computed.get());
    assertEquals(Optional.of("computed"), text(store.blocking().get("k")));
  }

  @Test
  void anEmptyValueIsAHit() throws Exception {
    store.set("k", new byte[0]).join();
    assertArrayEquals(new byte[0], within(store.getOrCompute(KEY, TTL, this::quick)));
    assertEquals(0, computed.get());
  }

  @Test
  void ofManyCallersOneComputes() throws Exception {
    CompletableFuture<byte[]> first = store.getOrCompute(KEY, TTL, this::slow);
    CompletableFuture<byte[]> second = store.getOrCompute(KEY, TTL, this::slow);
    CompletableFuture<byte[]> throughView = store.withPrefix("").getOrCompute(KEY, TTL, this::slow);
    pending.complete(utf8("once"));
    assertArrayEquals(utf8("once"), within(first));
    assertArrayEquals(utf8("once"), within(second));
    assertArrayEquals(utf8("once"), within(throughView));
    assertEquals(1, computed.get());
  }

  @Test
  void allWhoWaitGetTheRealErrorAndNothingIsStored() throws Exception {
    CompletableFuture<byte[]> first = store.getOrCompute(KEY, TTL, this::slow);
    CompletableFuture<byte[]> second = store.getOrCompute(KEY, TTL, this::slow);
    IllegalStateException real = new IllegalStateException("the database is away");
    pending.completeExceptionally(real);
    assertSame(real, assertThrows(ExecutionException.class, () -> within(first)).getCause());
    assertSame(real, assertThrows(ExecutionException.class, () -> within(second)).getCause());
    assertArrayEquals(utf8("computed"), within(store.getOrCompute(KEY, TTL, this::quick)));
  }

  @Test
  void theFirstCallerWhoGivesUpFailsNobodyElse() throws Exception {
    CompletableFuture<byte[]> first = store.getOrCompute(KEY, TTL, this::slow);
    CompletableFuture<byte[]> second = store.getOrCompute(KEY, TTL, this::slow);
    assertTrue(first.cancel(true));
    pending.complete(utf8("v"));
    assertArrayEquals(utf8("v"), within(second));
    assertThrows(CancellationException.class, first::join);
  }

  @Test
  void aThrowingFunctionIsAnErrorOfTheCall() {
    IllegalStateException real = new IllegalStateException("no");
    ExecutionException error =
        assertThrows(
            ExecutionException.class,
            () ->
                within(
                    store.getOrCompute(
                        KEY,
                        TTL,
                        () -> {
                          throw real;
                        })));
    assertSame(real, error.getCause());
  }

  @Test
  void aTtlIsShortenedByATenthAtMostAndNeverProlonged() throws Exception {
    for (double chance : new double[] {0, 0.5, 0.999}) {
      store.clear().join();
      within(new Computations(store, () -> chance).getOrCompute(KEY, TTL, this::quick));
      long left =
          store.get(KEY, GetOptions.DEFAULT.withTtl()).join().ttl().orElseThrow().toMillis();
      assertEquals(Math.round(100_000 * (1 - 0.1 * chance)), left);
    }
  }

  @Test
  void aCacheThatIsAwayNeverFailsWhatIsComputed() throws Exception {
    try (CacheStore away = CacheStores.create(Tests.remote(Tests.freePort()))) {
      assertArrayEquals(utf8("computed"), within(away.getOrCompute(KEY, TTL, this::quick)));
    }
  }

  @Test
  void aValueThatIsRefusedIsAnErrorForAllWhoWait() {
    CompletableFuture<byte[]> first = store.getOrCompute(KEY, TTL, this::slow);
    CompletableFuture<byte[]> second = store.getOrCompute(KEY, TTL, this::slow);
    pending.complete(new byte[2 << 20]);
    for (CompletableFuture<byte[]> one : List.of(first, second)) {
      ExecutionException error = assertThrows(ExecutionException.class, () -> within(one));
      CacheStoreException refusal =
          assertFails(
              Status.Code.INVALID_ARGUMENT,
              () -> {
                throw error.getCause();
              });
      assertTrue(refusal.reason().contains("max_value_bytes"), refusal.reason());
    }
    assertFalse(store.blocking().exists("k"));
  }

  @Test
  void aTtlThatIsRefusedIsRefusedBeforeAnythingIsComputed() {
    BlockingCacheStore cache = store.blocking();
    for (Duration ttl :
        List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(365).plusNanos(1))) {
      CacheStoreException error =
          assertFails(
              Status.Code.INVALID_ARGUMENT,
              () -> cache.getOrCompute("k", ttl, () -> quick().join()));
      assertTrue(error.reason().startsWith("ttl: is "), error.reason());
    }
    assertEquals(0, computed.get());
  }

  @Test
  void whereTheCacheCouldNotBeReadNothingIsStored() throws Exception {
    for (Status.Code code : TROUBLE) {
      ScriptedStore script = new ScriptedStore().thenFail(code);
      assertArrayEquals(
          utf8("computed"), within(observed(script).getOrCompute(KEY, TTL, this::quick)));
      assertEquals(List.of("get"), script.made);
    }
  }

  @Test
  void withFailOpenADeadCacheCostsOneWaitToo() throws Exception {
    ScriptedStore script = new ScriptedStore().thenFail(Status.Code.DEADLINE_EXCEEDED);
    Breaker breaker = new Breaker(1, Duration.ofSeconds(1), new ManualClock());
    CacheStore open = new FailOpenCacheStore(script.store(), breaker, CacheObserver.NONE);
    within(open.getOrCompute(KEY, TTL, this::quick));
    within(open.getOrCompute(KEY, TTL, this::quick));
    assertEquals(List.of("get"), script.made);
    assertEquals(new FailOpenCounts(2, 0), open.failOpenCounts());
  }

  @Test
  void aSetThatFailsCostsNobodyTheValue() throws Exception {
    for (Status.Code code : TROUBLE) {
      ScriptedStore script = missed().thenFail(code);
      assertArrayEquals(
          utf8("computed"), within(observed(script).getOrCompute(KEY, TTL, this::quick)));
      assertEquals(List.of("get", "set"), script.made);
    }
  }

  @Test
  void whatTheCallerHasToKnowOfTheReadIsRaisedAndNothingIsComputed() {
    for (Status.Code code : OF_CALLER) {
      CacheStore cache = observed(new ScriptedStore().thenFail(code));
      assertFails(code, () -> cache.blocking().getOrCompute("k", TTL, () -> quick().join()));
    }
    assertEquals(0, computed.get());
  }

  @Test
  void whatTheCallerHasToKnowOfTheSetIsRaised() {
    for (Status.Code code : OF_CALLER) {
      CacheStore cache = observed(missed().thenFail(code));
      assertFails(code, () -> cache.blocking().getOrCompute("k", TTL, () -> quick().join()));
    }
  }

  private static ScriptedStore missed() {
    return new ScriptedStore().then(CompletableFuture.completedFuture(GetResult.MISS));
  }

  @Test
  void aCacheThatThrowsNeverFailsItEither() throws Exception {
    Supplier<CompletableFuture<?>> thrower =
        () -> {
          throw new IllegalStateException("broken store");
        };
    ScriptedStore script = new ScriptedStore().thenDo(thrower).thenDo(thrower);
    assertArrayEquals(
        utf8("computed"), within(observed(script).getOrCompute(KEY, TTL, this::quick)));
  }

  private static CacheStore observed(ScriptedStore script) {
    return new ObservedCacheStore(script.store(), CacheObserver.NONE);
  }

  @Test
  void aClosedStoreRefusesAlsoWhileAnotherStillComputes() throws Exception {
    CompletableFuture<byte[]> first = store.getOrCompute(KEY, TTL, this::slow);
    store.close();
    assertFails(
        Status.Code.FAILED_PRECONDITION,
        () -> store.blocking().getOrCompute("k", TTL, () -> quick().join()));
    pending.complete(utf8("v"));
    assertFails(
        Status.Code.FAILED_PRECONDITION,
        () -> {
          throw assertThrows(ExecutionException.class, () -> within(first)).getCause();
        });
  }

  @Test
  void whatIsTheCallersOwnFaultIsAnError() throws IOException {
    BlockingCacheStore cache = store.blocking();
    assertFails(Status.Code.INVALID_ARGUMENT, () -> cache.getOrCompute("", TTL, () -> utf8("v")));
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        () -> cache.getOrCompute("k", Duration.ZERO, () -> utf8("v")));
    store.close();
    assertFails(
        Status.Code.FAILED_PRECONDITION, () -> cache.getOrCompute("k", TTL, () -> utf8("v")));
  }

  @Test
  void aBlockingFunctionRunsOnTheThreadOfItsCaller() throws Exception {
    try (CacheServer server = CacheServer.start();
        CacheStore remote = CacheStores.create(server.settings())) {
      Thread[] ran = new Thread[1];
      remote
          .blocking()
          .getOrCompute(
              "k",
              TTL,
              () -> {
                ran[0] = Thread.currentThread();
                return utf8("v");
              });
      assertSame(Thread.currentThread(), ran[0]);
      assertEquals(Optional.of("v"), text(remote.blocking().get("k")));
    }
  }

  @Test
  void oneWhoIsInterruptedBeforeItHasBegunFailsNobodyElse() throws Exception {
    CompletableFuture<GetResult> read = new CompletableFuture<>();
    ScriptedStore script =
        new ScriptedStore().then(read).then(CompletableFuture.completedFuture(true));
    CacheStore slowToRead = observed(script);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread first =
        new Thread(
            () -> {
              try {
                slowToRead.blocking().getOrCompute("k", TTL, () -> quick().join());
              } catch (CacheStoreException e) {
                interrupted.complete(e.code() == Status.Code.CANCELLED && Thread.interrupted());
              }
            });
    first.start();
    first.interrupt();
    assertTrue(interrupted.get(HANG.toSeconds(), TimeUnit.SECONDS));
    CompletableFuture<byte[]> second = slowToRead.getOrCompute(KEY, TTL, this::slow);
    read.complete(GetResult.MISS);
    assertArrayEquals(utf8("computed"), within(second));
    assertEquals(1, computed.get());
  }
}
