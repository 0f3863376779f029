// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final ManualClock clock = new ManualClock();
  private final Breaker breaker = new Breaker(3, Duration.ofSeconds(1), clock);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertTrue(breaker.allows());
      breaker.failed();
    }
  }

  @Test
  void opensAfterSoManyFailuresInARow() {
    fail(2);
    assertTrue(breaker.allows());
    breaker.failed();
    assertFalse(breaker.allows());
  }

  @Test
  void anAnswerBetweenFailuresKeepsItClosed() {
    fail(2);
    breaker.answered();
    fail(2);
    assertTrue(breaker.allows());
  }

  @Test
  void whenItsTimeIsOverOneCallTries() {
    fail(3);
    clock.advance(Duration.ofSeconds(1).minusNanos(1));
    assertFalse(breaker.allows());
    clock.advance(Duration.ofNanos(1));
    assertTrue(breaker.allows());
    assertFalse(breaker.allows());
  }

  @Test
  void aTryThatFailsOpensItForAsLongAgain() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    fail(1);
    assertFalse(breaker.allows());
    clock.advance(Duration.ofSeconds(1));
    assertTrue(breaker.allows());
  }

  @Test
  void aTryThatIsAnsweredClosesIt() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    assertTrue(breaker.allows());
    breaker.answered();
    fail(2);
    assertTrue(breaker.allows());
  }

  @Test
  void aTryThatItsCallerGaveUpLetsTheNextOneTry() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    assertTrue(breaker.allows());
    breaker.abandoned();
    assertTrue(breaker.allows());
  }
}
