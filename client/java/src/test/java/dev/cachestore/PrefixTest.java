// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.text;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrefixTest {
  private final BlockingCacheStore whole = Tests.memory(new ManualClock()).blocking();
  private final BlockingCacheStore view = whole.withPrefix("user:");

  @Test
  void aViewPutsItsPrefixBeforeEachKey() {
    view.set("1", utf8("ada"));
    assertEquals(Optional.of("ada"), text(whole.get("user:1")));
    assertEquals(Optional.of("ada"), text(view.get("1")));
    assertTrue(view.exists("1"));
    assertEquals(7, view.increment("n", 7));
    assertTrue(whole.delete("user:n"));
    assertTrue(view.delete("1"));
    assertArrayEquals(utf8("v"), view.getOrCompute("c", Duration.ofMinutes(1), () -> utf8("v")));
    assertTrue(whole.exists("user:c"));
  }

  @Test
  void aViewPutsItsPrefixBeforeEachKeyOfABatch() {
    List<Key> keys = List.of(Key.of("1"), Key.of("2"));
    view.batchSet(List.of(SetEntry.of("1", utf8("ada"))), CallOptions.DEFAULT);
    assertTrue(whole.exists("user:1"));
    assertTrue(view.batchGet(keys, CallOptions.DEFAULT).get(0).get().isPresent());
    assertTrue(view.batchExists(keys, CallOptions.DEFAULT).get(0).get());
    assertTrue(view.batchDelete(keys, CallOptions.DEFAULT).get(0).get());
    assertFalse(whole.exists("user:1"));
  }

  @Test
  void aViewOfAViewHasBothPrefixes() {
    view.withPrefix("eu:").set("1", utf8("ada"));
    assertTrue(whole.exists("user:eu:1"));
  }

  @Test
  void anEmptyKeyOfAViewIsRefusedThoughThePrefixIsThere() {
    whole.set("user:", utf8("all"));
    assertFails(Status.Code.INVALID_ARGUMENT, () -> view.get(""));
    assertFails(Status.Code.INVALID_ARGUMENT, () -> view.withPrefix("").delete(""));
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        () -> view.batchDelete(List.of(Key.of("")), CallOptions.DEFAULT));
    assertTrue(whole.exists("user:"));
  }

  @Test
  void aViewIsNotCleared() {
    view.set("1", utf8("ada"));
    CacheStoreException error = assertFails(Status.Code.FAILED_PRECONDITION, () -> view.clear());
    assertTrue(error.reason().contains("prefix cannot be cleared"), error.getMessage());
    assertTrue(view.exists("1"));
  }

  @Test
  void closingAViewClosesNothing() {
    view.close();
    view.set("1", utf8("ada"));
    assertTrue(whole.exists("user:1"));
  }

  @Test
  void aViewOfAClosedStoreRefuses() {
    whole.close();
    assertFails(Status.Code.FAILED_PRECONDITION, () -> view.get("1"));
  }
}
