// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What an Exists does beyond looking.
 *
 * @param wantTtl asks for the TTL that remains: after the touch, if there is one
 * @param touch a new TTL for the entry, counted from now (sliding expiry); what is absent stays so
 * @param timeout how long the call may take; empty: as long as the store's own timeout says
 */
public record ExistsOptions(boolean wantTtl, Optional<Duration> touch, Optional<Duration> timeout) {
  /** Looks, and nothing else. */
  public static final ExistsOptions DEFAULT =
      new ExistsOptions(false, Optional.empty(), Optional.empty());

  /** The same, asking for the TTL that remains. */
  public ExistsOptions withTtl() {
    return new ExistsOptions(true, touch, timeout);
  }

  /** The same with a new TTL for the entry. */
  public ExistsOptions withTouch(Duration ttl) {
    return new ExistsOptions(wantTtl, Optional.of(ttl), timeout);
  }

  /** The same with this timeout. */
  public ExistsOptions withTimeout(Duration value) {
    return new ExistsOptions(wantTtl, touch, Optional.of(value));
  }
}
