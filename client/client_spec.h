// SPDX-License-Identifier: Apache-2.0
// Generated from client/spec/spec.json by `./dev generate`: do not edit.
#ifndef CLIENT_CLIENT_SPEC_H_
#define CLIENT_CLIENT_SPEC_H_

#include <cstdint>

namespace cachestore::client_spec {

// The longest key.
inline constexpr int64_t kMaxKeyBytes = 1024;

// The largest value.
inline constexpr int64_t kMaxValueBytes = 1048576;

// The longest TTL: 365 days.
inline constexpr int64_t kMaxTtlSeconds = 31536000;

// The most keys, or entries, of one batch.
inline constexpr int64_t kMaxBatchKeys = 1000;

// The largest request of a batch, and the largest reply.
inline constexpr int64_t kMaxBatchBytes = 4128768;

// The size of an etag, which is the SHA-1 digest of a value.
inline constexpr int64_t kEtagBytes = 20;

// The TTL of a Set that gives none.
inline constexpr int64_t kDefaultTtlSeconds = 300;

// How many entries a cache in memory holds.
inline constexpr int64_t kMaxEntries = 10000;

// How many bytes a cache in memory holds: keys, values and overhead.
inline constexpr int64_t kMaxBytes = 1073741824;

// How long a call may take that gives no deadline.
inline constexpr double kTimeoutSeconds = 5.0;

// How many calls of one client may be in flight; those beyond are RESOURCE_EXHAUSTED at once.
inline constexpr int64_t kMaxCallsInFlight = 10000;

// How often a call that may be repeated is made at most, the first time included.
inline constexpr int64_t kRetryMaxAttempts = 4;

// The longest pause before a call is made again; it doubles with each.
inline constexpr double kRetryInitialBackoffSeconds = 0.05;

// The longest pause that it comes to.
inline constexpr double kRetryMaxBackoffSeconds = 1.0;

// How long a connection is quiet before a ping asks whether the service is there.
inline constexpr int64_t kKeepaliveSeconds = 30;

// How long the answer to that ping may take.
inline constexpr int64_t kKeepaliveTimeoutSeconds = 10;

// The pause before a lost connection is made anew; it grows from try to try.
inline constexpr double kReconnectInitialBackoffSeconds = 0.1;

// The longest pause that it comes to.
inline constexpr double kReconnectMaxBackoffSeconds = 3.0;

// Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one after the other, open
// the breaker.
inline constexpr int64_t kBreakerFailures = 5;

// Fail-open: how long an open breaker answers misses at once, before one call tries the service
// again.
inline constexpr double kBreakerOpenSeconds = 1.0;

// get_or_compute: by how much of itself a TTL is shortened at most, so that entries stored
// together do not expire together.
inline constexpr double kTtlJitter = 0.1;

// What gRPC may repeat.
inline constexpr char kServiceConfig[] = R"json({
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
})json";

// The environment variables that decide, and what holds without them.
struct Setting {
  const char* environment;
  const char* default_text;
};
inline constexpr Setting kSettings[] = {
    {"APP_CACHE_BACKEND", "none"},
    {"APP_CACHE_STORAGE_URL", "grpc://127.0.0.1:50051"},
    {"APP_CACHE_AUTH_TOKEN_FILE", ""},
    {"APP_CACHE_INSECURE_TOKEN", "false"},
    {"APP_CACHE_TLS_CA_FILE", ""},
    {"APP_CACHE_TLS_CERT_FILE", ""},
    {"APP_CACHE_TLS_KEY_FILE", ""},
    {"APP_CACHE_DEFAULT_TTL_SECONDS", "300"},
    {"APP_CACHE_MAX_TTL_SECONDS", "31536000"},
    {"APP_CACHE_MAX_ENTRIES", "10000"},
    {"APP_CACHE_MAX_BYTES", "1GiB"},
    {"APP_CACHE_MAX_KEY_BYTES", "1024"},
    {"APP_CACHE_MAX_VALUE_BYTES", "1048576"},
    {"APP_CACHE_MAX_BATCH_KEYS", "1000"},
};

}  // namespace cachestore::client_spec

#endif  // CLIENT_CLIENT_SPEC_H_
