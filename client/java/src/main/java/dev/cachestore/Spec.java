// SPDX-License-Identifier: Apache-2.0
// Generated from client/spec/spec.json by `./dev generate`: do not edit.
package dev.cachestore;

import java.util.Map;

/** What all clients of the service agree on. */
final class Spec {
  private Spec() {}

  /** The longest key. */
  static final long MAX_KEY_BYTES = 1024L;

  /** The largest value. */
  static final long MAX_VALUE_BYTES = 1048576L;

  /** The longest TTL: 365 days. */
  static final long MAX_TTL_SECONDS = 31536000L;

  /** The most keys, or entries, of one batch. */
  static final long MAX_BATCH_KEYS = 1000L;

  /** The largest request of a batch, and the largest reply. */
  static final long MAX_BATCH_BYTES = 4128768L;

  /** The size of an etag, which is the SHA-1 digest of a value. */
  static final long ETAG_BYTES = 20L;

  /** The TTL of a Set that gives none. */
  static final long DEFAULT_TTL_SECONDS = 300L;

  /** How many entries a cache in memory holds. */
  static final long MAX_ENTRIES = 10000L;

  /** How many bytes a cache in memory holds: keys, values and overhead. */
  static final long MAX_BYTES = 1073741824L;

  /** How long a call may take that gives no deadline. */
  static final double TIMEOUT_SECONDS = 5.0;

  /** How many calls of one client may be in flight; those beyond are RESOURCE_EXHAUSTED at once. */
  static final long MAX_CALLS_IN_FLIGHT = 10000L;

  /** How often a call that may be repeated is made at most, the first time included. */
  static final long RETRY_MAX_ATTEMPTS = 4L;

  /** The longest pause before a call is made again; it doubles with each. */
  static final double RETRY_INITIAL_BACKOFF_SECONDS = 0.05;

  /** The longest pause that it comes to. */
  static final double RETRY_MAX_BACKOFF_SECONDS = 1.0;

  /** How long a connection is quiet before a ping asks whether the service is there. */
  static final long KEEPALIVE_SECONDS = 30L;

  /** How long the answer to that ping may take. */
  static final long KEEPALIVE_TIMEOUT_SECONDS = 10L;

  /** The pause before a lost connection is made anew; it grows from try to try. */
  static final double RECONNECT_INITIAL_BACKOFF_SECONDS = 0.1;

  /** The longest pause that it comes to. */
  static final double RECONNECT_MAX_BACKOFF_SECONDS = 3.0;

  /**
   * Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one after the other, open
   * the breaker.
   */
  static final long BREAKER_FAILURES = 5L;

  /**
   * Fail-open: how long an open breaker answers misses at once, before one call tries the service
   * again.
   */
  static final double BREAKER_OPEN_SECONDS = 1.0;

  /**
   * get_or_compute: by how much of itself a TTL is shortened at most, so that entries stored
   * together do not expire together.
   */
  static final double TTL_JITTER = 0.1;

  /** What gRPC may repeat. */
  static final String SERVICE_CONFIG =
      """
      {
        "methodConfig": [
          {
            "name": [
              {
                "service": "cachestore.v1.CacheStore",
                "method": "Get"
              },
              {
                "service": "cachestore.v1.CacheStore",
                "method": "Exists"
              },
              {
                "service": "cachestore.v1.CacheStore",
                "method": "Ping"
              },
              {
                "service": "cachestore.v1.CacheStore",
                "method": "Clear"
              },
              {
                "service": "cachestore.v1.CacheStore",
                "method": "Set"
              },
              {
                "service": "cachestore.v1.CacheBatch",
                "method": "BatchGet"
              },
              {
                "service": "cachestore.v1.CacheBatch",
                "method": "BatchExists"
              },
              {
                "service": "cachestore.v1.CacheBatch",
                "method": "BatchSet"
              }
            ],
            "retryPolicy": {
              "maxAttempts": 4,
              "initialBackoff": "0.05s",
              "maxBackoff": "1.0s",
              "backoffMultiplier": 2,
              "retryableStatusCodes": [
                "UNAVAILABLE"
              ]
            }
          }
        ]
      }""";

  /** The environment variables that decide, and what holds without them. */
  static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("APP_CACHE_BACKEND", "none"),
          Map.entry("APP_CACHE_STORAGE_URL", "grpc://127.0.0.1:50051"),
          Map.entry("APP_CACHE_AUTH_TOKEN_FILE", ""),
          Map.entry("APP_CACHE_INSECURE_TOKEN", "false"),
          Map.entry("APP_CACHE_TLS_CA_FILE", ""),
          Map.entry("APP_CACHE_TLS_CERT_FILE", ""),
          Map.entry("APP_CACHE_TLS_KEY_FILE", ""),
          Map.entry("APP_CACHE_DEFAULT_TTL_SECONDS", "300"),
          Map.entry("APP_CACHE_MAX_TTL_SECONDS", "31536000"),
          Map.entry("APP_CACHE_MAX_ENTRIES", "10000"),
          Map.entry("APP_CACHE_MAX_BYTES", "1GiB"),
          Map.entry("APP_CACHE_MAX_KEY_BYTES", "1024"),
          Map.entry("APP_CACHE_MAX_VALUE_BYTES", "1048576"),
          Map.entry("APP_CACHE_MAX_BATCH_KEYS", "1000"));

  /** What to do about each error, by its gRPC status code. */
  static final Map<Integer, String> REMEDIES =
      Map.ofEntries(
          Map.entry(3, "the message names the field and the limit"),
          Map.entry(4, "allow more time, or look at the load of the service"),
          Map.entry(7, "ask the operator for a role that does"),
          Map.entry(8, "make fewer calls at a time, or smaller ones"),
          Map.entry(9, "the message says which"),
          Map.entry(11, "delete the counter, or count less"),
          Map.entry(12, "use a newer service, or turn caching on there"),
          Map.entry(13, "look at the log of the service"),
          Map.entry(14, "is cache_server running? try cachectl ping"),
          Map.entry(16, "set APP_CACHE_AUTH_TOKEN_FILE, or show a certificate"));
}
