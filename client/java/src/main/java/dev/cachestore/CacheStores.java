// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.time.Duration;

/**
 * An application's cache, with one call. What stands behind it is a setting:
 *
 * <pre>{@code
 * try (BlockingCacheStore cache = CacheStores.fromEnvironment().blocking()) {
 *   cache.set("greeting", "hello".getBytes(UTF_8), Duration.ofMinutes(5));
 *   cache.get("greeting").ifPresent(value -> System.out.println(new String(value, UTF_8)));
 * }
 * }</pre>
 *
 * <p>Thread-safe; nothing here connects.
 */
public final class CacheStores {
  private CacheStores() {}

  /** The store that APP_CACHE_BACKEND and its like ask for in the environment of this process. */
  public static CacheStore fromEnvironment() {
    return create(CacheSettings.fromEnvironment(System.getenv()));
  }

  /**
   * The store that these settings ask for. Connects with the first call: a service that is not
   * there yet is no error here.
   *
   * @throws CacheStoreException INVALID_ARGUMENT, in one line: the setting that is wrong, and what
   *     it takes
   */
  public static CacheStore create(CacheSettings settings) {
    return EnvironmentSettings.orRefused(() -> open(settings));
  }

  private static CacheStore open(CacheSettings settings) {
    return switch (settings.backend) {
      case NONE -> observed(new NoneCacheStore(checked(settings)), settings);
      case MEMORY ->
          observed(
              new MemoryCacheStore(
                  checked(settings), settings.maxEntries, settings.maxBytes, System::nanoTime),
              settings);
      case REMOTE -> remote(settings);
    };
  }

  private static CacheStore remote(CacheSettings settings) {
    require(!settings.timeout.isNegative() && !settings.timeout.isZero(), "timeout", "more than 0");
    require(settings.maxCallsInFlight >= 1, "max_calls_in_flight", "at least 1");
    require(settings.maxBatchBytes >= 1, "max_batch_bytes", "at least 1");
    ServiceUrl url;
    try {
      String given = settings.storageUrl;
      url = ServiceUrl.parse(given.isEmpty() ? CacheSettings.DEFAULT_STORAGE_URL : given);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("storage_url: " + e.getMessage(), e);
    }
    ServiceConnection connection =
        new ServiceConnection(
            url, CredentialFiles.tls(settings, url), CredentialFiles.token(settings, url));
    CacheStore store =
        observed(
            new RemoteCacheStore(
                new RemoteCalls(connection, settings.timeout, settings.maxCallsInFlight),
                settings.maxBatchBytes),
            settings);
    if (!settings.failOpen) return store;
    Breaker breaker =
        new Breaker(
            Spec.BREAKER_FAILURES,
            ServiceConnection.seconds(Spec.BREAKER_OPEN_SECONDS),
            System::nanoTime);
    return new FailOpenCacheStore(store, breaker, settings.observer);
  }

  private static CacheStore observed(CacheStore store, CacheSettings settings) {
    if (settings.observer == CacheObserver.NONE) return store;
    return new ObservedCacheStore(store, settings.observer);
  }

  private static Limits checked(CacheSettings settings) {
    require(settings.maxEntries >= 1, "max_entries", "at least 1");
    require(settings.maxBytes >= 1, "max_bytes", "at least 1");
    require(settings.maxKeyBytes >= 1, "max_key_bytes", "at least 1");
    require(settings.maxValueBytes >= 1, "max_value_bytes", "at least 1");
    require(settings.maxBatchKeys >= 1, "max_batch_keys", "at least 1");
    require(
        settings.maxTtl.compareTo(Duration.ofDays(365 * 100)) <= 0, "max_ttl", "at most 876000h");
    boolean sensible =
        settings.defaultTtl.compareTo(Duration.ZERO) > 0
            && settings.defaultTtl.compareTo(settings.maxTtl) <= 0;
    require(sensible, "default_ttl", "more than zero, and at most max_ttl");
    return settings.limits();
  }

  private static void require(boolean holds, String setting, String takes) {
    if (!holds) throw new IllegalArgumentException(setting + ": takes " + takes);
  }
}
