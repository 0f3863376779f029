// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static dev.cachestore.Tests.assertFails;
import static dev.cachestore.Tests.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ObserverTest {
  private final Counts counts = new Counts();

  private BlockingCacheStore observed(CacheObserver observer) {
    return new ObservedCacheStore(Tests.memory(new ManualClock()), observer).blocking();
  }

  @Test
  void hearsOfHitsMissesErrorsAndLatency() {
    BlockingCacheStore cache = observed(counts);
    cache.get("k");
    cache.set("k", utf8("v"));
    cache.get("k");
    assertFails(Status.Code.INVALID_ARGUMENT, () -> cache.get(""));
    assertEquals(
        List.of(
            "miss get",
            "latency get",
            "latency set",
            "hit get",
            "latency get",
            "error get INVALID_ARGUMENT",
            "latency get"),
        counts.heard);
  }

  @Test
  void hearsOfEachKeyOfABatch() {
    BlockingCacheStore cache = observed(counts);
    cache.batchSet(List.of(SetEntry.of("a", utf8("v"))), CallOptions.DEFAULT);
    cache.batchGet(List.of(Key.of("a"), Key.of("b")), CallOptions.DEFAULT);
    assertEquals(
        List.of("latency batch_set", "hit batch_get", "miss batch_get", "latency batch_get"),
        counts.heard);
  }

  @Test
  void whatItThrowsReachesNobody() {
    BlockingCacheStore cache =
        observed(
            new CacheObserver() {
              @Override
              public void miss(String operation) {
                throw new IllegalStateException("broken metrics");
              }
            });
    assertEquals(Optional.empty(), cache.get("k"));
    assertTrue(cache.set("k", utf8("v")));
  }
}
