// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cachestore.contract.ContractOuterClass.Case;
import cachestore.contract.ContractOuterClass.Expectation;
import cachestore.contract.ContractOuterClass.Range;
import cachestore.contract.ContractOuterClass.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plays cases of the contract (tests/contract/contract.proto) over a store. */
final class ContractPlayer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final BlockingCacheStore cache;

  ContractPlayer(CacheStore store) {
    cache = store.blocking();
  }

  void play(Case played) throws InterruptedException {
    for (Step step : played.getStepsList()) {
      if (step.getEventually()) {
        playUntilItHolds(step);
      } else {
        play(step);
      }
    }
  }

  private void playUntilItHolds(Step step) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        play(step);
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() > end) throw e;
      }
      Thread.onSpinWait();
    }
  }

  private void play(Step step) {
    Outcome outcome;
    try {
      outcome = ContractCalls.make(cache, step);
    } catch (CacheStoreException e) {
      outcome = Outcome.failed(e);
    }
    String where = step.getCall() + " of " + step.getKey();
    check(where, outcome, step.getExpect(), ContractCalls.hasNoCondition(step));
    List<Expectation> expected = step.getExpect().getResultsList();
    if (!expected.isEmpty()) assertEquals(expected.size(), outcome.items().size(), where);
    for (int i = 0; i < outcome.items().size(); i++) {
      boolean stores = step.getCall().equals("batch_set");
      check(
          where + ", result " + i,
          outcome.items().get(i),
          expected.isEmpty() ? Expectation.getDefaultInstance() : expected.get(i),
          stores && ContractCalls.hasNoCondition(step.getEntries(i)));
    }
  }

  private static void check(
      String where, Outcome outcome, Expectation expect, boolean mustHaveStored) {
    if (!expect.getError().isEmpty()) {
      assertTrue(outcome.error().isPresent(), where + " has to fail with " + expect.getError());
      CacheStoreException error = outcome.error().get();
      assertEquals(expect.getError(), error.code().name(), where + ": " + error.getMessage());
      for (String mention : expect.getMentionsList()) {
        assertTrue(
            error.reason().contains(mention),
            where + " has to mention " + mention + ": " + error.reason());
      }
      return;
    }
    outcome
        .error()
        .ifPresent(
            e -> {
              throw new AssertionError(where + " failed", e);
            });
    if (expect.hasValue()) {
      assertTrue(outcome.value().isPresent(), where + " has to hit");
      assertArrayEquals(ContractBytes.of(expect.getValue()), outcome.value().get(), where);
    }
    if (expect.getMiss()) assertFalse(outcome.value().isPresent(), where + " has to miss");
    if (expect.hasStored()) assertEquals(Optional.of(expect.getStored()), outcome.yes(), where);
    if (expect.hasDeleted()) assertEquals(Optional.of(expect.getDeleted()), outcome.yes(), where);
    if (expect.hasExists()) assertEquals(Optional.of(expect.getExists()), outcome.yes(), where);
    if (expect.hasCount()) assertEquals(Optional.of(expect.getCount()), outcome.count(), where);
    if (expect.hasEtag()) {
      assertArrayEquals(ContractBytes.of(expect.getEtag()), outcome.etag().orElseThrow(), where);
    }
    if (expect.hasTtlSeconds()) checkTtl(where, outcome.ttl(), expect.getTtlSeconds());
    if (mustHaveStored && !expect.hasStored()) {
      assertEquals(Optional.of(true), outcome.yes(), where + " has to store");
    }
  }

  private static void checkTtl(String where, Optional<Duration> ttl, Range range) {
    assertTrue(ttl.isPresent(), where + " has to give a TTL");
    double seconds = ttl.get().toNanos() / 1e9;
    assertTrue(
        range.getFrom() <= seconds && seconds <= range.getTo(),
        "%s: a TTL of %f s is not from %f to %f"
            .formatted(where, seconds, range.getFrom(), range.getTo()));
  }
}
