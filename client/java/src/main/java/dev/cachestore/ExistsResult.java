// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What an Exists has found.
 *
 * @param exists whether a live entry is there
 * @param ttl the TTL that remains, as in {@link GetResult}
 */
public record ExistsResult(boolean exists, Optional<Duration> ttl) {
  static final ExistsResult ABSENT = new ExistsResult(false, Optional.empty());
}
