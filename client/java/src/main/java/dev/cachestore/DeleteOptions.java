// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * How a Delete removes.
 *
 * @param ifEtag removes the entry only if its value has this etag
 * @param timeout how long the call may take; empty: as long as the store's own timeout says
 */
public record DeleteOptions(Optional<byte[]> ifEtag, Optional<Duration> timeout) {
  /** Removes in any case. */
  public static final DeleteOptions DEFAULT = new DeleteOptions(Optional.empty(), Optional.empty());

  /** The same, only if the value has this etag. */
  public DeleteOptions ifEtag(byte[] etag) {
    return new DeleteOptions(Optional.of(etag.clone()), timeout);
  }

  /** The same with this timeout. */
  public DeleteOptions withTimeout(Duration value) {
    return new DeleteOptions(ifEtag, Optional.of(value));
  }
}
