// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether a service that keeps failing is asked at all. After so many failures in a row it opens:
 * nobody asks for a while; then one call, the trial, does, and what becomes of it closes the
 * breaker or keeps it open for as long again. Thread-safe.
 *
 * <p>Each opening and each closing begins a generation. While it is open the trial alone is heard;
 * while it is closed, the calls that were admitted since it was closed.
 */
final class Breaker {
  private final long failuresToOpen;
  private final long openNanos;
  private final LongSupplier clock;

  private boolean open;
  private long generation;
  private long failures;
  private long openUntil;
  private Admission trial;

  /** {@code clock} gives nanoseconds that never go back. */
  Breaker(long failuresToOpen, Duration open, LongSupplier clock) {
    this.failuresToOpen = failuresToOpen;
    this.openNanos = open.toNanos();
    this.clock = clock;
  }

  /** Admits a call, or not. One that is admitted has to tell how it ended, whatever happens. */
  synchronized Optional<Admission> admit() {
    if (!open) return Optional.of(new Admission(generation));
    if (trial != null || clock.getAsLong() - openUntil < 0) return Optional.empty();
    trial = new Admission(generation);
    return Optional.of(trial);
  }

  /** Admits a call that is made in any case; is not heard if {@link #admit} would have refused. */
  synchronized Admission admitAnyway() {
    return admit().orElseGet(() -> new Admission(generation));
  }

  /** What one call tells of its end. The first word counts; those after it do nothing. */
  final class Admission {
    private final long since;
    private boolean ended;

    private Admission(long since) {
      this.since = since;
    }

    /** The service has answered, be it by an error. */
    void answered() {
      synchronized (Breaker.this) {
        if (!hears()) return;
        failures = 0;
        if (open) turn(false);
      }
    }

    /** The service was away, or too slow. */
    void failed() {
      synchronized (Breaker.this) {
        if (!hears()) return;
        if (!open && ++failures < failuresToOpen) return;
        openUntil = clock.getAsLong() + openNanos;
        turn(true);
      }
    }

    /** Nothing is known: the call was given up, or never left this process. */
    void abandoned() {
      synchronized (Breaker.this) {
        if (hears()) trial = null;
      }
    }

    private boolean hears() {
      if (ended) return false;
      ended = true;
      return since == generation && (!open || this == trial);
    }
  }

  private void turn(boolean toOpen) {
    open = toOpen;
    trial = null;
    generation++;
  }
}
