// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Batches that are larger than a message of the service, or than it allows. */
final class BatchTest {
  private static final int MAX_BATCH_BYTES = 10_000;

  private static CacheServer serve(String... flags) {
    return CacheServer.start(
        Stream.concat(Stream.of("--max_batch_bytes=" + MAX_BATCH_BYTES), Stream.of(flags))
            .toArray(String[]::new));
  }

  private static BlockingCacheStore open(CacheServer server) {
    return CacheStores.create(
            server.settings().maxBatchBytes(MAX_BATCH_BYTES).maxBatchKeys(1).timeout(Tests.HANG))
        .blocking();
  }

  private static SetEntry entry(String key, int bytes) {
    return SetEntry.of(key, new byte[bytes]);
  }

  private static List<Key> keysOf(List<SetEntry> entries) {
    return entries.stream().map(SetEntry::key).toList();
  }

  @Test
  void oneLargerThanAMessageIsSentInPartsAndReadByFurtherCalls() {
    try (CacheServer server = serve();
        BlockingCacheStore cache = open(server)) {
      List<SetEntry> entries =
          IntStream.range(0, 30)
              .mapToObj(i -> SetEntry.of("k" + i, utf8(("" + i % 10).repeat(3000))))
              .toList();
      for (ItemResult<Boolean> stored : cache.batchSet(entries, CallOptions.DEFAULT)) {
        assertTrue(stored.get());
      }
      var read = cache.batchGet(keysOf(entries), CallOptions.DEFAULT);
      assertEquals(entries.size(), read.size());
      for (int i = 0; i < entries.size(); i++) {
        assertArrayEquals(entries.get(i).value(), read.get(i).get().orElseThrow());
      }
    }
  }

  @Test
  void keysOfManyPartsAreAnsweredInTheirOrder() {
    try (CacheServer server = serve();
        BlockingCacheStore cache = open(server)) {
      List<Key> keys =
          IntStream.range(0, 40).mapToObj(i -> Key.of("%01000d".formatted(i))).toList();
      cache.set(keys.get(17), utf8("v"), SetOptions.DEFAULT);
      var exist = cache.batchExists(keys, CallOptions.DEFAULT);
      var deleted = cache.batchDelete(keys, CallOptions.DEFAULT);
      for (int i = 0; i < keys.size(); i++) {
        assertEquals(i == 17, exist.get(i).get());
        assertEquals(i == 17, deleted.get(i).get());
      }
    }
  }

  @Test
  void anEntryThatALaterPartRefusesIsTheErrorOfTheBatchWhichSaysWhatIsDone() {
    try (CacheServer server = serve("--max_value_bytes=5000");
        BlockingCacheStore cache = open(server)) {
      List<SetEntry> entries =
          List.of(entry("a", 4000), entry("b", 4000), entry("c", 1), entry("d", 6000));
      CacheStoreException error =
          assertFails(
              Status.Code.INVALID_ARGUMENT, () -> cache.batchSet(entries, CallOptions.DEFAULT));
      assertTrue(error.reason().startsWith("entries[3].value: is 6000 bytes"), error.reason());
      assertTrue(error.reason().endsWith("the first 3 were sent and are done"), error.reason());
      assertTrue(cache.exists("a"));
    }
  }

  @Test
  void anEntryThatNoBatchHasRoomForIsStoredByASetOfItsOwn() {
    try (CacheServer server = serve("--max_value_bytes=20000");
        BlockingCacheStore cache = open(server)) {
      List<SetEntry> entries = List.of(entry("a", 4000), entry("b", 20_000), entry("c", 4000));
      for (ItemResult<Boolean> stored : cache.batchSet(entries, CallOptions.DEFAULT)) {
        assertTrue(stored.get());
      }
      assertEquals(20_000, cache.get("b").orElseThrow().length);
      CacheStoreException error =
          assertFails(
              Status.Code.INVALID_ARGUMENT,
              () ->
                  cache.batchSet(List.of(entry("a", 1), entry("b", 20_001)), CallOptions.DEFAULT));
      assertTrue(error.reason().startsWith("entries[1].value: is 20001 bytes"), error.reason());
    }
  }

  @Test
  void howManyKeysABatchMayHaveTheServiceSays() {
    try (CacheServer server = serve("--max_batch_keys=2");
        BlockingCacheStore cache = open(server)) {
      assertEquals(2, cache.batchExists(keys(2), CallOptions.DEFAULT).size());
      CacheStoreException error =
          assertFails(
              Status.Code.INVALID_ARGUMENT, () -> cache.batchExists(keys(3), CallOptions.DEFAULT));
      assertTrue(error.reason().startsWith("keys: has 3 of them; the limit is 2"), error.reason());
      assertFails(
          Status.Code.INVALID_ARGUMENT, () -> cache.batchGet(List.of(), CallOptions.DEFAULT));
    }
  }

  private static List<Key> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> Key.of("k" + i)).toList();
  }
}
