// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What the caller of one operation asks for beyond its arguments.
 *
 * @param timeout how long the call may take, more than zero; empty: as long as the store's own
 *     timeout says
 */
public record CallOptions(Optional<Duration> timeout) {
  /** The store's own timeout. */
  public static final CallOptions DEFAULT = new CallOptions(Optional.empty());

  /** The same with this timeout. */
  public CallOptions withTimeout(Duration value) {
    return new CallOptions(Optional.of(value));
  }
}
