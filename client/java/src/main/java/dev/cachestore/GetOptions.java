// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What a Get does beyond reading the value.
 *
 * @param wantEtag asks for the etag of the value; O(value bytes)
 * @param wantTtl asks for the TTL that remains: after the touch, if there is one
 * @param touch a new TTL for the entry, counted from now (sliding expiry); what is absent stays so
 * @param timeout how long the call may take; empty: as long as the store's own timeout says
 */
public record GetOptions(
    boolean wantEtag, boolean wantTtl, Optional<Duration> touch, Optional<Duration> timeout) {
  /** Reads the value and nothing else. */
  public static final GetOptions DEFAULT =
      new GetOptions(false, false, Optional.empty(), Optional.empty());

  /** The same, asking for the etag. */
  public GetOptions withEtag() {
    return new GetOptions(true, wantTtl, touch, timeout);
  }

  /** The same, asking for the TTL that remains. */
  public GetOptions withTtl() {
    return new GetOptions(wantEtag, true, touch, timeout);
  }

  /** The same with a new TTL for the entry. */
  public GetOptions withTouch(Duration ttl) {
    return new GetOptions(wantEtag, wantTtl, Optional.of(ttl), timeout);
  }

  /** The same with this timeout. */
  public GetOptions withTimeout(Duration value) {
    return new GetOptions(wantEtag, wantTtl, touch, Optional.of(value));
  }
}
