// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * How a Set stores. Conditions exclude each other: the last one given counts.
 *
 * @param ttl how long the entry lives, more than zero; empty: the store's default TTL
 * @param keepTtl leaves the expiry of the entry as it is; one that is not there yet gets the
 *     default TTL. Not with a ttl
 * @param condition what has to be so, or nothing is stored
 * @param timeout how long the call may take; empty: as long as the store's own timeout says
 */
public record SetOptions(
    Optional<Duration> ttl, boolean keepTtl, SetCondition condition, Optional<Duration> timeout) {
  /** Stores in any case, with the default TTL. */
  public static final SetOptions DEFAULT =
      new SetOptions(Optional.empty(), false, SetCondition.NONE, Optional.empty());

  /** The same with this TTL. */
  public SetOptions withTtl(Duration value) {
    return new SetOptions(Optional.of(value), keepTtl, condition, timeout);
  }

  /** The same, leaving the expiry of an entry that is there. */
  public SetOptions withKeepTtl() {
    return new SetOptions(ttl, true, condition, timeout);
  }

  /** The same, only where no live entry is. */
  public SetOptions ifAbsent() {
    return new SetOptions(ttl, keepTtl, SetCondition.IF_ABSENT, timeout);
  }

  /** The same, only where a live entry is. */
  public SetOptions ifPresent() {
    return new SetOptions(ttl, keepTtl, SetCondition.IF_PRESENT, timeout);
  }

  /** The same, only where a live entry is whose value has this etag (compare and set). */
  public SetOptions ifEtag(byte[] etag) {
    return new SetOptions(ttl, keepTtl, SetCondition.ifEtag(etag), timeout);
  }

  /** The same with this timeout. */
  public SetOptions withTimeout(Duration value) {
    return new SetOptions(ttl, keepTtl, condition, Optional.of(value));
  }

  /** Whether it is more than a Set that may be made twice. */
  boolean dependsOnWhatIsStored() {
    return keepTtl || condition.kind() != SetCondition.Kind.NONE;
  }
}
