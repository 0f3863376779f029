// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final ManualClock clock = new ManualClock();
  private final Breaker breaker = new Breaker(3, Duration.ofSeconds(1), clock);

  private Breaker.Admission admitted() {
    return breaker.admit().orElseThrow();
  }

  private boolean refuses() {
    return breaker.admit().isEmpty();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) admitted().failed();
  }

  @Test
  void opensAfterSoManyFailuresInARow() {
    fail(2);
    Breaker.Admission third = admitted();
    third.failed();
    assertTrue(refuses());
  }

  @Test
  void anAnswerBetweenFailuresKeepsItClosed() {
    fail(2);
    admitted().answered();
    fail(2);
    assertFalse(refuses());
  }

  @Test
  void whatNeverLeftIsNeitherAFailureNorAnAnswer() {
    fail(2);
    admitted().abandoned();
    assertFalse(refuses());
    fail(1);
    assertTrue(refuses());
  }

  @Test
  void whenItsTimeIsOverOneCallTries() {
    fail(3);
    clock.advance(Duration.ofSeconds(1).minusNanos(1));
    assertTrue(refuses());
    clock.advance(Duration.ofNanos(1));
    admitted();
    assertTrue(refuses());
  }

  @Test
  void aTrialThatFailsOpensItForAsLongAgain() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    fail(1);
    assertTrue(refuses());
    clock.advance(Duration.ofSeconds(1));
    admitted();
  }

  @Test
  void aTrialThatIsAnsweredClosesIt() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    admitted().answered();
    fail(2);
    assertFalse(refuses());
  }

  @Test
  void aTrialThatItsCallerGaveUpLetsTheNextOneTry() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    admitted().abandoned();
    admitted();
  }

  @Test
  void aStragglerDoesNotProlongTheTime() {
    Breaker.Admission straggler = admitted();
    fail(3);
    clock.advance(Duration.ofMillis(900));
    straggler.failed();
    clock.advance(Duration.ofMillis(100));
    admitted();
  }

  @Test
  void aStragglerDoesNotEndTheTrial() {
    Breaker.Admission failing = admitted();
    Breaker.Admission answered = admitted();
    Breaker.Admission abandoned = admitted();
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    Breaker.Admission trial = admitted();
    failing.failed();
    answered.answered();
    abandoned.abandoned();
    assertTrue(refuses());
    trial.answered();
    assertFalse(refuses());
  }

  @Test
  void aStragglerIsNotHeardAfterTheTrialEither() {
    Breaker.Admission[] stragglers = {admitted(), admitted(), admitted()};
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    admitted().answered();
    for (Breaker.Admission straggler : stragglers) straggler.failed();
    assertFalse(refuses());
  }

  @Test
  void aCallIsHeardOnce() {
    fail(2);
    Breaker.Admission given = admitted();
    given.abandoned();
    given.failed();
    assertFalse(refuses());
  }

  @Test
  void aCallThatIsMadeAnywayIsTheTrialWhenItIsTime() {
    fail(3);
    breaker.admitAnyway().answered();
    assertTrue(refuses());
    clock.advance(Duration.ofSeconds(1));
    Breaker.Admission trial = breaker.admitAnyway();
    assertTrue(refuses());
    trial.answered();
    assertFalse(refuses());
  }
}
