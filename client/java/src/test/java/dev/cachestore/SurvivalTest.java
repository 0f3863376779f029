// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.HANG;
import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.text;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client lives through, with the real service. */
final class SurvivalTest {
  @Test
  void aServiceThatComesBackIsCalledAgain() {
    CacheServer server = CacheServer.start();
    try (CacheStore store = CacheStores.create(server.settings())) {
      BlockingCacheStore cache = store.blocking();
      cache.set("k", utf8("before"));
      server.close();
      assertFails(Status.Code.UNAVAILABLE, () -> cache.delete("k"));
      server = CacheServer.startAt(server.address());
      assertTimeoutPreemptively(HANG, () -> setUntilStored(cache));
      assertEquals(Optional.of("after"), text(cache.get("k")));
    } finally {
      server.close();
    }
  }

  private static void setUntilStored(BlockingCacheStore cache) {
    while (true) {
      try {
        cache.set("k", utf8("after"));
        return;
      } catch (CacheStoreException e) {
        assertEquals(Status.Code.UNAVAILABLE, e.code());
      }
    }
  }

  @Test
  void aServiceThatHasStoppedIsUnavailableWithTheRemedy() throws Exception {
    int port = Tests.freePort();
    try (CacheStore store = CacheStores.create(Tests.remote(port))) {
      CacheStoreException error =
          assertTimeoutPreemptively(
              HANG,
              () -> assertFails(Status.Code.UNAVAILABLE, () -> store.blocking().get("secret")));
      assertTrue(
          error
              .getMessage()
              .startsWith(
                  ("UNAVAILABLE: connection refused at 127.0.0.1:%d: is cache_server running? try"
                          + " cachectl ping [get, key of 6 bytes with hash ")
                      .formatted(port)),
          error.getMessage());
      assertTrue(!error.getMessage().contains("secret"), error.getMessage());
    }
  }

  @Test
  void aServiceThatHangsEndsInADeadline() throws Exception {
    try (CacheServer server = CacheServer.start();
        CacheStore store = CacheStores.create(server.settings().timeout(HANG))) {
      BlockingCacheStore cache = store.blocking();
      cache.ping();
      server.signal("STOP");
      CallOptions brief = CallOptions.DEFAULT.withTimeout(Duration.ofMillis(50));
      assertTimeoutPreemptively(
          HANG, () -> assertFails(Status.Code.DEADLINE_EXCEEDED, () -> cache.ping(brief)));
      server.signal("CONT");
      cache.ping();
    }
  }

  @Test
  void aThousandCallsAtATimeAreAllAnswered() {
    try (CacheServer server = CacheServer.start();
        CacheStore store = CacheStores.create(server.settings().timeout(HANG))) {
      List<CompletableFuture<Boolean>> sets = new ArrayList<>();
      for (int i = 0; i < 1000; i++) sets.add(store.set("k" + i, utf8("v" + i)));
      for (CompletableFuture<Boolean> set : sets) assertTrue(set.join());
      List<CompletableFuture<Optional<byte[]>>> gets = new ArrayList<>();
      for (int i = 0; i < 1000; i++) gets.add(store.get("k" + i));
      for (int i = 0; i < 1000; i++) {
        assertEquals(Optional.of("v" + i), text(gets.get(i).join()));
      }
    }
  }

  @Test
  void closingAClientLeavesTheServiceToOthers() {
    try (CacheServer server = CacheServer.start();
        CacheStore other = CacheStores.create(server.settings())) {
      CacheStore store = CacheStores.create(server.settings());
      CompletableFuture<Boolean> inFlight = store.set("k", utf8("v"));
      store.close();
      store.close();
      assertTrue(inFlight.join());
      CacheStoreException error =
          assertFails(Status.Code.FAILED_PRECONDITION, () -> store.blocking().get("k"));
      assertEquals("store is closed", error.reason());
      assertTrue(other.blocking().exists("k"));
    }
  }

  @Test
  void aUnixSocketServesAsAPortDoes(@TempDir Path folder) {
    String address = "unix:" + folder.resolve("cache.sock");
    CacheSettings settings =
        new CacheSettings().backend(CacheSettings.Backend.REMOTE).storageUrl(address);
    try (CacheServer server = CacheServer.startAt(address);
        CacheStore store = CacheStores.create(settings)) {
      assertTrue(server.address().startsWith("unix:"), server.address());
      BlockingCacheStore cache = store.blocking();
      cache.set("k", utf8("v"));
      assertEquals(Optional.of("v"), text(cache.get("k")));
      assertTrue(cache.set(Key.of("k"), utf8("w"), SetOptions.DEFAULT.ifPresent()));
    }
  }
}
