// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;

/**
 * One Set of a batch.
 *
 * @param key under which to store
 * @param value what to store
 * @param options how; their timeout is not looked at
 */
public record SetEntry(Key key, byte[] value, SetOptions options) {
  /** With the default TTL. */
  public static SetEntry of(String key, byte[] value) {
    return new SetEntry(Key.of(key), value, SetOptions.DEFAULT);
  }

  /** With this TTL. */
  public static SetEntry of(String key, byte[] value, Duration ttl) {
    return new SetEntry(Key.of(key), value, SetOptions.DEFAULT.withTtl(ttl));
  }
}
