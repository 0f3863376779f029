// SPDX-License-Identifier: Apache-2.0
package dev.cachestore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * All that decides which store an application gets. Each has a default, and is set by the method of
 * its name, which gives the settings back. Not thread-safe.
 *
 * <p>What a method here does not take, {@link CacheStores#create} refuses.
 */
public final class CacheSettings {
  /** What stands behind the interface. */
  public enum Backend {
    /** Nothing: caching is off. */
    NONE,
    /** The memory of this process. */
    MEMORY,
    /** A shared cache service, at the storage URL. */
    REMOTE
  }

  static final String DEFAULT_STORAGE_URL = "grpc://127.0.0.1:50051";

  Backend backend = Backend.NONE;
  String storageUrl = DEFAULT_STORAGE_URL;
  Path authTokenFile;
  boolean insecureToken;
  Path tlsCaFile;
  Path tlsCertFile;
  Path tlsKeyFile;
  Duration timeout = ServiceConnection.seconds(Spec.TIMEOUT_SECONDS);
  long maxCallsInFlight = Spec.MAX_CALLS_IN_FLIGHT;
  long maxBatchBytes = Spec.MAX_BATCH_BYTES;
  boolean failOpen;
  CacheObserver observer = CacheObserver.NONE;
  Duration defaultTtl = Duration.ofSeconds(Spec.DEFAULT_TTL_SECONDS);
  Duration maxTtl = Duration.ofSeconds(Spec.MAX_TTL_SECONDS);
  long maxEntries = Spec.MAX_ENTRIES;
  long maxBytes = Spec.MAX_BYTES;
  long maxKeyBytes = Spec.MAX_KEY_BYTES;
  long maxValueBytes = Spec.MAX_VALUE_BYTES;
  long maxBatchKeys = Spec.MAX_BATCH_KEYS;

  /** The defaults: caching is off. */
  public CacheSettings() {}

  /**
   * What the variables APP_CACHE_* say, with the default for each that is not there.
   *
   * @throws CacheStoreException INVALID_ARGUMENT, in one line: the variable, what it got and what
   *     it takes
   */
  public static CacheSettings fromEnvironment(Map<String, String> environment) {
    return EnvironmentSettings.read(environment);
  }

  /** What stands behind the interface; NONE by default. */
  public CacheSettings backend(Backend value) {
    backend = value;
    return this;
  }

  /**
   * Where the service is: grpc://HOST:PORT, grpcs:// over TLS, grpc+unix:///PATH. Empty: the
   * default, grpc://127.0.0.1:50051.
   */
  public CacheSettings storageUrl(String value) {
    storageUrl = value;
    return this;
  }

  /** A file with the token that shows the service who calls, read once. */
  public CacheSettings authTokenFile(Path value) {
    authTokenFile = value;
    return this;
  }

  /** Whether the token may go to another machine without TLS, where something else encrypts. */
  public CacheSettings insecureToken(boolean value) {
    insecureToken = value;
    return this;
  }

  /** Whom to trust behind grpcs://, as PEM; by default whom Java trusts. */
  public CacheSettings tlsCaFile(Path value) {
    tlsCaFile = value;
    return this;
  }

  /** The certificate to show, as PEM with its chain. Together with its key. */
  public CacheSettings tlsCertFile(Path value) {
    tlsCertFile = value;
    return this;
  }

  /** Its key, as PEM (PKCS #8), not encrypted. */
  public CacheSettings tlsKeyFile(Path value) {
    tlsKeyFile = value;
    return this;
  }

  /** remote: how long a call may take that gives no timeout; 5 s by default. */
  public CacheSettings timeout(Duration value) {
    timeout = value;
    return this;
  }

  /** remote: how many calls may be in flight; those beyond are RESOURCE_EXHAUSTED at once. */
  public CacheSettings maxCallsInFlight(long value) {
    maxCallsInFlight = value;
    return this;
  }

  /**
   * remote: the largest request of a batch that the service accepts, which a larger batch is split
   * by; 4 MiB less 64 KiB by default.
   */
  public CacheSettings maxBatchBytes(long value) {
    maxBatchBytes = value;
    return this;
  }

  /**
   * remote: whether a service that is away is as a cache that is empty: reads miss, nothing is
   * stored or deleted, and the observer counts it. Off by default.
   */
  public CacheSettings failOpen(boolean value) {
    failOpen = value;
    return this;
  }

  /** Who is told of hits, misses, errors and latency. */
  public CacheSettings observer(CacheObserver value) {
    observer = value;
    return this;
  }

  /** memory: the TTL of a Set that gives none; 300 s by default. */
  public CacheSettings defaultTtl(Duration value) {
    defaultTtl = value;
    return this;
  }

  /** memory: the longest TTL; 365 days by default. */
  public CacheSettings maxTtl(Duration value) {
    maxTtl = value;
    return this;
  }

  /** memory: how many entries it holds; 10,000 by default. */
  public CacheSettings maxEntries(long value) {
    maxEntries = value;
    return this;
  }

  /** memory: how many bytes it holds, keys, values and overhead; 1 GiB by default. */
  public CacheSettings maxBytes(long value) {
    maxBytes = value;
    return this;
  }

  /** memory: the longest key; 1,024 bytes by default. */
  public CacheSettings maxKeyBytes(long value) {
    maxKeyBytes = value;
    return this;
  }

  /** memory: the largest value; 1 MiB by default. */
  public CacheSettings maxValueBytes(long value) {
    maxValueBytes = value;
    return this;
  }

  /** memory: the most keys, or entries, of one batch; 1,000 by default. */
  public CacheSettings maxBatchKeys(long value) {
    maxBatchKeys = value;
    return this;
  }

  Limits limits() {
    return new Limits(maxKeyBytes, maxValueBytes, defaultTtl, maxTtl, maxBatchKeys);
  }
}
