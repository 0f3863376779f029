// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;
import java.util.Optional;

/**
 * What an Increment has come to.
 *
 * @param value the sum
 * @param ttl the TTL that remains, as in {@link GetResult}
 */
public record IncrementResult(long value, Optional<Duration> ttl) {}
