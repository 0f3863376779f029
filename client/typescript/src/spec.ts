// SPDX-License-Identifier: Apache-2.0
// Generated from client/spec/spec.json by `./dev generate`: do not edit.

/** The longest key. */
export const MAX_KEY_BYTES = 1024;

/** The largest value. */
export const MAX_VALUE_BYTES = 1048576;

/** The longest TTL: 365 days. */
export const MAX_TTL_SECONDS = 31536000;

/** The most keys, or entries, of one batch. */
export const MAX_BATCH_KEYS = 1000;

/** The largest request of a batch, and the largest reply. */
export const MAX_BATCH_BYTES = 4128768;

/** The size of an etag, which is the SHA-1 digest of a value. */
export const ETAG_BYTES = 20;

/** The TTL of a Set that gives none. */
export const DEFAULT_TTL_SECONDS = 300;

/** How many entries a cache in memory holds. */
export const MAX_ENTRIES = 10000;

/** How many bytes a cache in memory holds: keys, values and overhead. */
export const MAX_BYTES = 1073741824;

/** How long a call may take that gives no deadline. */
export const TIMEOUT_SECONDS = 5.0;

/** How many calls of one client may be in flight; those beyond are RESOURCE_EXHAUSTED at once. */
export const MAX_CALLS_IN_FLIGHT = 10000;

/** How often a call that may be repeated is made at most, the first time included. */
export const RETRY_MAX_ATTEMPTS = 4;

/** The longest pause before a call is made again; it doubles with each. */
export const RETRY_INITIAL_BACKOFF_SECONDS = 0.05;

/** The longest pause that it comes to. */
export const RETRY_MAX_BACKOFF_SECONDS = 1.0;

/** How long a connection is quiet before a ping asks whether the service is there. */
export const KEEPALIVE_SECONDS = 30;

/** How long the answer to that ping may take. */
export const KEEPALIVE_TIMEOUT_SECONDS = 10;

/** The pause before a lost connection is made anew; it grows from try to try. */
export const RECONNECT_INITIAL_BACKOFF_SECONDS = 0.1;

/** The longest pause that it comes to. */
export const RECONNECT_MAX_BACKOFF_SECONDS = 3.0;

/**
 * Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one after the other, open the
 * breaker.
 */
export const BREAKER_FAILURES = 5;

/**
 * Fail-open: how long an open breaker answers misses at once, before one call tries the service
 * again.
 */
export const BREAKER_OPEN_SECONDS = 1.0;

/**
 * get_or_compute: by how much of itself a TTL is shortened at most, so that entries stored together
 * do not expire together.
 */
export const TTL_JITTER = 0.1;

/** What gRPC may repeat. */
export const SERVICE_CONFIG = `{
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
}`;

/** The environment variables that decide, and what holds without them. */
export const SETTINGS = {
  APP_CACHE_BACKEND: "none",
  APP_CACHE_STORAGE_URL: "grpc://127.0.0.1:50051",
  APP_CACHE_AUTH_TOKEN_FILE: "",
  APP_CACHE_INSECURE_TOKEN: "false",
  APP_CACHE_TLS_CA_FILE: "",
  APP_CACHE_TLS_CERT_FILE: "",
  APP_CACHE_TLS_KEY_FILE: "",
  APP_CACHE_DEFAULT_TTL_SECONDS: "300",
  APP_CACHE_MAX_TTL_SECONDS: "31536000",
  APP_CACHE_MAX_ENTRIES: "10000",
  APP_CACHE_MAX_BYTES: "1GiB",
  APP_CACHE_MAX_KEY_BYTES: "1024",
  APP_CACHE_MAX_VALUE_BYTES: "1048576",
  APP_CACHE_MAX_BATCH_KEYS: "1000",
} as const;

/** What to do about each error, by its gRPC status code. */
export const ERRORS: Readonly<Record<number, { name: string; remedy: string }>> = {
  3: { name: "INVALID_ARGUMENT", remedy: "the message names the field and the limit" },
  4: { name: "DEADLINE_EXCEEDED", remedy: "allow more time, or look at the load of the service" },
  7: { name: "PERMISSION_DENIED", remedy: "ask the operator for a role that does" },
  8: { name: "RESOURCE_EXHAUSTED", remedy: "make fewer calls at a time, or smaller ones" },
  9: { name: "FAILED_PRECONDITION", remedy: "the message says which" },
  11: { name: "OUT_OF_RANGE", remedy: "delete the counter, or count less" },
  12: { name: "UNIMPLEMENTED", remedy: "use a newer service, or turn caching on there" },
  13: { name: "INTERNAL", remedy: "look at the log of the service" },
  14: { name: "UNAVAILABLE", remedy: "is cache_server running? try cachectl ping" },
  16: { name: "UNAUTHENTICATED", remedy: "set APP_CACHE_AUTH_TOKEN_FILE, or show a certificate" },
};
