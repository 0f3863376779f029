// Code generated from client/spec/spec.json by `./dev generate`. DO NOT EDIT.

// SPDX-License-Identifier: Apache-2.0

package cachestore

// SpecMaxKeyBytes: The longest key.
const SpecMaxKeyBytes = 1024

// SpecMaxValueBytes: The largest value.
const SpecMaxValueBytes = 1048576

// SpecMaxTtlSeconds: The longest TTL: 365 days.
const SpecMaxTtlSeconds = 31536000

// SpecMaxBatchKeys: The most keys, or entries, of one batch.
const SpecMaxBatchKeys = 1000

// SpecMaxBatchBytes: The largest request of a batch, and the largest reply.
const SpecMaxBatchBytes = 4128768

// SpecEtagBytes: The size of an etag, which is the SHA-1 digest of a value.
const SpecEtagBytes = 20

// SpecDefaultTtlSeconds: The TTL of a Set that gives none.
const SpecDefaultTtlSeconds = 300

// SpecMaxEntries: How many entries a cache in memory holds.
const SpecMaxEntries = 10000

// SpecMaxBytes: How many bytes a cache in memory holds: keys, values and overhead.
const SpecMaxBytes = 1073741824

// SpecTimeoutSeconds: How long a call may take that gives no deadline.
const SpecTimeoutSeconds = 5.0

// SpecMaxCallsInFlight: How many calls of one client may be in flight; those beyond are
// RESOURCE_EXHAUSTED at once.
const SpecMaxCallsInFlight = 10000

// SpecRetryMaxAttempts: How often a call that may be repeated is made at most, the first time
// included.
const SpecRetryMaxAttempts = 4

// SpecRetryInitialBackoffSeconds: The longest pause before a call is made again; it doubles with
// each.
const SpecRetryInitialBackoffSeconds = 0.05

// SpecRetryMaxBackoffSeconds: The longest pause that it comes to.
const SpecRetryMaxBackoffSeconds = 1.0

// SpecKeepaliveSeconds: How long a connection is quiet before a ping asks whether the service is
// there.
const SpecKeepaliveSeconds = 30

// SpecKeepaliveTimeoutSeconds: How long the answer to that ping may take.
const SpecKeepaliveTimeoutSeconds = 10

// SpecReconnectInitialBackoffSeconds: The pause before a lost connection is made anew; it grows
// from try to try.
const SpecReconnectInitialBackoffSeconds = 0.1

// SpecReconnectMaxBackoffSeconds: The longest pause that it comes to.
const SpecReconnectMaxBackoffSeconds = 3.0

// SpecBreakerFailures: Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one
// after the other, open the breaker.
const SpecBreakerFailures = 5

// SpecBreakerOpenSeconds: Fail-open: how long an open breaker answers misses at once, before one
// call tries the service again.
const SpecBreakerOpenSeconds = 1.0

// SpecTtlJitter: get_or_compute: by how much of itself a TTL is shortened at most, so that entries
// stored together do not expire together.
const SpecTtlJitter = 0.1

// serviceConfig says what gRPC may repeat.
const serviceConfig = `{
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
}`

// settingDefaults has the environment variables that decide, and what holds without them.
var settingDefaults = map[string]string{
	"APP_CACHE_BACKEND":             "none",
	"APP_CACHE_STORAGE_URL":         "grpc://127.0.0.1:50051",
	"APP_CACHE_AUTH_TOKEN_FILE":     "",
	"APP_CACHE_INSECURE_TOKEN":      "false",
	"APP_CACHE_TLS_CA_FILE":         "",
	"APP_CACHE_TLS_CERT_FILE":       "",
	"APP_CACHE_TLS_KEY_FILE":        "",
	"APP_CACHE_DEFAULT_TTL_SECONDS": "300",
	"APP_CACHE_MAX_TTL_SECONDS":     "31536000",
	"APP_CACHE_MAX_ENTRIES":         "10000",
	"APP_CACHE_MAX_BYTES":           "1GiB",
	"APP_CACHE_MAX_KEY_BYTES":       "1024",
	"APP_CACHE_MAX_VALUE_BYTES":     "1048576",
	"APP_CACHE_MAX_BATCH_KEYS":      "1000",
}

// errorRemedies says what to do about each error, by its gRPC status code.
var errorRemedies = map[uint32]string{
	3:  "the message names the field and the limit",
	4:  "allow more time, or look at the load of the service",
	7:  "ask the operator for a role that does",
	8:  "make fewer calls at a time, or smaller ones",
	9:  "the message says which",
	11: "delete the counter, or count less",
	12: "use a newer service, or turn caching on there",
	13: "look at the log of the service",
	14: "is cache_server running? try cachectl ping",
	16: "set APP_CACHE_AUTH_TOKEN_FILE, or show a certificate",
}
