// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a service that keeps failing is asked at all. After so many failures in a row it opens:
 * nobody asks for a while; then one call tries, and what becomes of it closes or opens it again.
 * Thread-safe.
 */
final class Breaker {
  private final long failuresToOpen;
  private final long openNanos;
  private final LongSupplier clock;

  private long failures;
  private long openUntil;
  private boolean trying;

  /** {@code clock} gives nanoseconds that never go back. */
  Breaker(long failuresToOpen, Duration open, LongSupplier clock) {
    this.failuresToOpen = failuresToOpen;
    this.openNanos = open.toNanos();
    this.clock = clock;
  }

  /** Whether a call may be made. One that may has to tell how it ended. */
  synchronized boolean allows() {
    if (failures < failuresToOpen) return true;
    if (trying || clock.getAsLong() - openUntil < 0) return false;
    trying = true;
    return true;
  }

  /** The service has answered, be it by an error. */
  synchronized void answered() {
    failures = 0;
    trying = false;
  }

  /** The service was away, or too slow. */
  synchronized void failed() {
    failures = Math.min(failures + 1, failuresToOpen);
    openUntil = clock.getAsLong() + openNanos;
    trying = false;
  }

  /** The caller gave the call up, so that nothing is known. */
  synchronized void abandoned() {
    trying = false;
  }
}
