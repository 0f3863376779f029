// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How one step of a case, or one item of a batch, has ended. What it does not have is empty. */
record Outcome(
    Optional<byte[]> value,
    Optional<byte[]> etag,
    Optional<Duration> ttl,
    Optional<Boolean> yes,
    Optional<Long> count,
    Optional<CacheStoreException> error,
    List<Outcome> items) {
  static final Outcome NOTHING =
      new Outcome(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());

  static Outcome failed(CacheStoreException e) {
    return new Outcome(
        NOTHING.value,
        NOTHING.etag,
        NOTHING.ttl,
        NOTHING.yes,
        NOTHING.count,
        Optional.of(e),
        List.of());
  }

  static Outcome read(Optional<byte[]> value, Optional<byte[]> etag, Optional<Duration> ttl) {
    return new Outcome(value, etag, ttl, NOTHING.yes, NOTHING.count, NOTHING.error, List.of());
  }

  static Outcome yes(boolean yes, Optional<Duration> ttl) {
    return new Outcome(
        NOTHING.value,
        NOTHING.etag,
        ttl,
        Optional.of(yes),
        NOTHING.count,
        NOTHING.error,
        List.of());
  }

  static Outcome counted(long count, Optional<Duration> ttl) {
    return new Outcome(
        NOTHING.value,
        NOTHING.etag,
        ttl,
        NOTHING.yes,
        Optional.of(count),
        NOTHING.error,
        List.of());
  }

  static Outcome of(List<Outcome> items) {
    return new Outcome(
        NOTHING.value, NOTHING.etag, NOTHING.ttl, NOTHING.yes, NOTHING.count, NOTHING.error, items);
  }
}
