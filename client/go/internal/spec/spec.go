// Code generated from client/spec/spec.json by `./dev generate`. DO NOT EDIT.
// SPDX-License-Identifier: Apache-2.0

// Package spec holds what all clients of the service agree on.
package spec

// MaxKeyBytes: The longest key.
const MaxKeyBytes = 1024

// MaxValueBytes: The largest value.
const MaxValueBytes = 1048576

// MaxTTLSeconds: The longest TTL: 365 days.
const MaxTTLSeconds = 31536000

// MaxBatchKeys: The most keys, or entries, of one batch.
const MaxBatchKeys = 1000

// MaxBatchBytes: The largest request of a batch, and the largest reply.
const MaxBatchBytes = 4128768

// EtagBytes: The size of an etag, which is the SHA-1 digest of a value.
const EtagBytes = 20

// DefaultTTLSeconds: The TTL of a Set that gives none.
const DefaultTTLSeconds = 300

// MaxEntries: How many entries a cache in memory holds.
const MaxEntries = 10000

// MaxBytes: How many bytes a cache in memory holds: keys, values and overhead.
const MaxBytes = 1073741824

// TimeoutSeconds: How long a call may take that gives no deadline.
const TimeoutSeconds = 5.0

// MaxCallsInFlight: How many calls of one client may be in flight; those beyond are
// RESOURCE_EXHAUSTED at once.
const MaxCallsInFlight = 10000

// RetryMaxAttempts: How often a call that may be repeated is made at most, the first time
// included.
const RetryMaxAttempts = 4

// RetryInitialBackoffSeconds: The longest pause before a call is made again; it doubles with each.
const RetryInitialBackoffSeconds = 0.05

// RetryMaxBackoffSeconds: The longest pause that it comes to.
const RetryMaxBackoffSeconds = 1.0

// KeepaliveSeconds: How long a connection is quiet before a ping asks whether the service is
// there.
const KeepaliveSeconds = 30

// KeepaliveTimeoutSeconds: How long the answer to that ping may take.
const KeepaliveTimeoutSeconds = 10

// ReconnectInitialBackoffSeconds: The pause before a lost connection is made anew; it grows from
// try to try.
const ReconnectInitialBackoffSeconds = 0.1

// ReconnectMaxBackoffSeconds: The longest pause that it comes to.
const ReconnectMaxBackoffSeconds = 3.0

// BreakerFailures: Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one after
// the other, open the breaker.
const BreakerFailures = 5

// BreakerOpenSeconds: Fail-open: how long an open breaker answers misses at once, before one call
// tries the service again.
const BreakerOpenSeconds = 1.0

// TTLJitter: get_or_compute: by how much of itself a TTL is shortened at most, so that entries
// stored together do not expire together.
const TTLJitter = 0.1

// ServiceConfig says what gRPC may repeat.
const ServiceConfig = `{
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

// SettingDefaults has the environment variables that decide, and what holds without them.
var SettingDefaults = map[string]string{
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

// Error is what an error is called, and what to do about it.
type Error struct{ Name, Remedy string }

// Errors has those that calls end with, by their gRPC status codes.
var Errors = map[uint32]Error{
	3:  {"INVALID_ARGUMENT", "the message names the field and the limit"},
	4:  {"DEADLINE_EXCEEDED", "allow more time, or look at the load of the service"},
	7:  {"PERMISSION_DENIED", "ask the operator for a role that does"},
	8:  {"RESOURCE_EXHAUSTED", "make fewer calls at a time, or smaller ones"},
	9:  {"FAILED_PRECONDITION", "the message says which"},
	11: {"OUT_OF_RANGE", "delete the counter, or count less"},
	12: {"UNIMPLEMENTED", "use a newer service, or turn caching on there"},
	13: {"INTERNAL", "look at the log of the service"},
	14: {"UNAVAILABLE", "is cache_server running? try cachectl ping"},
	16: {"UNAUTHENTICATED", "set APP_CACHE_AUTH_TOKEN_FILE, or show a certificate"},
}
