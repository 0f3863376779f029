// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import org.junit.jupiter.api.Test;

final class KeyTest {
  @Test
  void aTextStandsForItsUtf8() {
    for (String text : new String[] {"", "k", "\u00fc\0", "\ud83d\ude00"}) {
      assertArrayEquals(utf8(text), Key.of(text).bytes());
    }
  }

  @Test
  void halfOfASurrogatePairIsRefusedAsTwoKeysWouldBecomeOne() {
    CacheStoreException error = assertFails(Status.Code.INVALID_ARGUMENT, () -> Key.of("a\ud83d"));
    assertTrue(error.reason().contains("surrogate"), error.reason());
  }

  @Test
  void itsHashIsTheFirstEightDigitsOfItsSha256() {
    assertEquals("2c70e12b", Key.of("key").hash());
  }
}
