// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.text;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the contract's cases cannot see of a store in memory: its clock and its bounds. */
final class MemoryCacheStoreTest {
  private final ManualClock clock = new ManualClock();
  private final MemoryCacheStore store = Tests.memory(clock);
  private final BlockingCacheStore cache = store.blocking();

  @Test
  void anEntryLivesUntilItsTtlIsOverAndNotLonger() {
    cache.set("k", utf8("v"), Duration.ofMillis(100));
    clock.advance(Duration.ofNanos(99_999_999));
    assertTrue(cache.exists("k"));
    clock.advance(Duration.ofNanos(1));
    assertFalse(cache.exists("k"));
  }

  @Test
  void aTtlBelowAMillisecondIsRoundedUp() {
    cache.set("k", utf8("v"), Duration.ofNanos(1));
    clock.advance(Duration.ofNanos(999_999));
    assertTrue(cache.exists("k"));
    clock.advance(Duration.ofNanos(1));
    assertFalse(cache.exists("k"));
  }

  @Test
  void whatRemainsIsRoundedUpToTheMillisecond() {
    cache.set("k", utf8("v"), Duration.ofMillis(100));
    clock.advance(Duration.ofNanos(1));
    GetResult read = cache.get(Key.of("k"), GetOptions.DEFAULT.withTtl());
    assertEquals(Optional.of(Duration.ofMillis(100)), read.ttl());
  }

  @Test
  void withoutATtlAnEntryLivesForTheDefault() {
    cache.set("k", utf8("v"));
    clock.advance(Duration.ofSeconds(300).minusNanos(1));
    assertTrue(cache.exists("k"));
    clock.advance(Duration.ofNanos(1));
    assertFalse(cache.exists("k"));
  }

  @Test
  void aCounterKeepsTheTtlOfItsCreation() {
    IncrementOptions minute = IncrementOptions.DEFAULT.withTtl(Duration.ofMinutes(1));
    cache.increment(Key.of("n"), 1, minute);
    clock.advance(Duration.ofSeconds(59));
    assertEquals(2, cache.increment(Key.of("n"), 1, minute).value());
    clock.advance(Duration.ofSeconds(1));
    assertEquals(1, cache.increment(Key.of("n"), 1, minute).value());
  }

  private void setTen() {
    for (int i = 0; i < 10; i++) cache.set("k" + i, utf8("v"), Duration.ofMinutes(1));
  }

  @Test
  void ofEntriesThatExpireTogetherTheOneThatWasSetFirstGoesFirst() {
    setTen();
    cache.set("new", utf8("v"), Duration.ofMinutes(1));
    assertFalse(cache.exists("k0"));
    assertTrue(cache.exists("k1"));
    assertTrue(cache.exists("new"));
  }

  @Test
  void aTouchSetsTheExpiryAnewAndKeepingTheTtlDoesNot() {
    setTen();
    cache.get(Key.of("k0"), GetOptions.DEFAULT.withTouch(Duration.ofMinutes(1)));
    cache.set(Key.of("k1"), utf8("w"), SetOptions.DEFAULT.withKeepTtl());
    cache.set("new", utf8("v"), Duration.ofMinutes(1));
    assertTrue(cache.exists("k0"));
    assertFalse(cache.exists("k1"));
  }

  @Test
  void whatIsFullOfBytesDropsAsMuchAsTheNewEntryNeeds() {
    for (int i = 0; i < 4; i++) {
      cache.set("k" + i, new byte[200 << 10], Duration.ofMinutes(1 + i));
    }
    cache.set("new", new byte[500 << 10], Duration.ofSeconds(1));
    assertFalse(cache.exists("k0"));
    assertTrue(cache.exists("k2"));
    assertTrue(cache.exists("new"));
  }

  @Test
  void whatWasReadAndWhatWasGivenAreCopies() {
    byte[] given = utf8("value");
    cache.set("k", given);
    given[0] = 'X';
    byte[] read = cache.get("k").orElseThrow();
    read[1] = 'X';
    assertArrayEquals(utf8("value"), cache.get("k").orElseThrow());
  }

  @Test
  void itNeverHoldsMoreThanItsBoundsAndAlwaysTheTruth() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<String, String> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = "k" + random.nextInt(25);
      String value = Integer.toString(i);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          cache.set(key, utf8(value), Duration.ofMillis(1 + random.nextInt(50)));
          model.put(key, value);
        }
        case 2 -> {
          cache.delete(key);
          model.remove(key);
        }
        default -> clock.advance(Duration.ofMillis(random.nextInt(5)));
      }
      assertTrue(store.size() <= 10, "seed " + seed);
      Optional<String> read = text(cache.get(key));
      if (read.isPresent()) assertEquals(model.get(key), read.get(), "seed " + seed);
    }
  }
}
