// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.HANG;
import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that accepts and never answers. */
final class DeadlineTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private SilentServer server;

  @BeforeEach
  void listen() throws IOException {
    server = new SilentServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void withoutATimeoutOfItsOwnACallEndsAfterThatOfTheStore() {
    try (CacheStore store = CacheStores.create(Tests.remote(server.port()).timeout(SHORT))) {
      BlockingCacheStore cache = store.blocking();
      CacheStoreException error =
          assertTimeoutPreemptively(
              HANG, () -> assertFails(Status.Code.DEADLINE_EXCEEDED, () -> cache.get("k")));
      assertTrue(error.getMessage().contains("did not answer in time"), error.getMessage());
      assertTrue(error.remedy().contains("allow more time"), error.remedy());
    }
  }

  @Test
  void theDefaultTimeoutIsFinite() {
    assertEquals(Duration.ofSeconds(5), new CacheSettings().timeout);
    try (CacheStore store = CacheStores.create(Tests.remote(server.port()))) {
      BlockingCacheStore cache = store.blocking();
      assertTimeoutPreemptively(
          HANG, () -> assertFails(Status.Code.DEADLINE_EXCEEDED, () -> cache.ping()));
    }
  }

  @Test
  void everyCallTakesATimeoutOfItsOwn() {
    try (CacheStore store = CacheStores.create(Tests.remote(server.port()).timeout(HANG))) {
      BlockingCacheStore cache = store.blocking();
      CallOptions call = CallOptions.DEFAULT.withTimeout(SHORT);
      Key key = Key.of("k");
      List<Key> keys = List.of(key);
      List<SetEntry> entries = List.of(SetEntry.of("k", utf8("v")));
      List<Runnable> calls =
          List.of(
              () -> cache.get(key, GetOptions.DEFAULT.withTimeout(SHORT)),
              () -> cache.set(key, utf8("v"), SetOptions.DEFAULT.withTimeout(SHORT)),
              () -> cache.delete(key, DeleteOptions.DEFAULT.withTimeout(SHORT)),
              () -> cache.exists(key, ExistsOptions.DEFAULT.withTimeout(SHORT)),
              () -> cache.increment(key, 1, IncrementOptions.DEFAULT.withTimeout(SHORT)),
              () -> cache.clear(call),
              () -> cache.ping(call),
              () -> cache.batchGet(keys, call),
              () -> cache.batchSet(entries, call),
              () -> cache.batchDelete(keys, call),
              () -> cache.batchExists(keys, call));
      for (Runnable one : calls) {
        assertTimeoutPreemptively(HANG, () -> assertFails(Status.Code.DEADLINE_EXCEEDED, one::run));
      }
    }
  }

  @Test
  void aTimeoutOfZeroOrLessIsRefusedByName() {
    for (CacheSettings.Backend backend : CacheSettings.Backend.values()) {
      CacheSettings settings = Tests.remote(server.port()).backend(backend);
      try (CacheStore store = CacheStores.create(settings)) {
        for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
          GetOptions options = GetOptions.DEFAULT.withTimeout(timeout);
          CacheStoreException error =
              assertFails(
                  Status.Code.INVALID_ARGUMENT, () -> store.blocking().get(Key.of("k"), options));
          assertTrue(error.reason().startsWith("timeout: is "), error.reason());
        }
      }
    }
  }

  @Test
  void callsBeyondThoseInFlightAreRefusedAtOnce() {
    CacheSettings two = Tests.remote(server.port()).maxCallsInFlight(2).timeout(HANG);
    try (CacheStore store = CacheStores.create(two)) {
      CompletableFuture<?> first = store.get("k");
      CompletableFuture<?> second = store.get("k");
      CompletableFuture<?> third = store.get("k");
      assertTrue(third.isCompletedExceptionally());
      CacheStoreException error =
          assertFails(
              Status.Code.RESOURCE_EXHAUSTED,
              () -> {
                throw Futures.unwrap(assertThrows(CompletionException.class, third::join));
              });
      assertTrue(error.reason().contains("max_calls_in_flight"), error.reason());
      assertTrue(second.cancel(true));
      assertTimeoutPreemptively(HANG, () -> waitForRoom(store));
      first.cancel(true);
    }
  }

  /** A call that is given up makes room as soon as gRPC has let go of it. */
  private static void waitForRoom(CacheStore store) {
    CompletableFuture<?> next = store.get("k");
    while (next.isCompletedExceptionally()) next = store.get("k");
    next.cancel(true);
  }
}
