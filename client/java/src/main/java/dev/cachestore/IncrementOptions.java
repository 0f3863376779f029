// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * How an Increment counts.
 *
 * @param ttl how long the counter lives, if this call creates it; empty: the default TTL
 * @param timeout how long the call may take; empty: as long as the store's own timeout says
 */
public record IncrementOptions(Optional<Duration> ttl, Optional<Duration> timeout) {
  /** The default TTL. */
  public static final IncrementOptions DEFAULT =
      new IncrementOptions(Optional.empty(), Optional.empty());

  /** The same with this TTL for a counter that is created. */
  public IncrementOptions withTtl(Duration value) {
    return new IncrementOptions(Optional.of(value), timeout);
  }

  /** The same with this timeout. */
  public IncrementOptions withTimeout(Duration value) {
    return new IncrementOptions(ttl, Optional.of(value));
  }
}
