// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What a Get has found.
 *
 * @param value the value, the caller's own copy; an empty array is a hit, and only what is absent
 *     is a miss. Then the rest is absent, too
 * @param etag the SHA-1 digest of the value, 20 bytes, if it was asked for
 * @param ttl the TTL that remains, rounded up to the millisecond, if it was asked for; an entry
 *     that somebody else stored in a shared backend may have none
 */
public record GetResult(Optional<byte[]> value, Optional<byte[]> etag, Optional<Duration> ttl) {
  static final GetResult MISS = new GetResult(Optional.empty(), Optional.empty(), Optional.empty());
}
