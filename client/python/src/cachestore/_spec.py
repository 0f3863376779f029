# SPDX-License-Identifier: Apache-2.0
"""Generated from client/spec/spec.json by `./dev generate`: do not edit."""

from __future__ import annotations

from typing import Final

# The longest key.
MAX_KEY_BYTES: Final = 1024

# The largest value.
MAX_VALUE_BYTES: Final = 1048576

# The longest TTL: 365 days.
MAX_TTL_SECONDS: Final = 31536000

# The most keys, or entries, of one batch.
MAX_BATCH_KEYS: Final = 1000

# The largest request of a batch, and the largest reply.
MAX_BATCH_BYTES: Final = 4128768

# The size of an etag, which is the SHA-1 digest of a value.
ETAG_BYTES: Final = 20

# The TTL of a Set that gives none.
DEFAULT_TTL_SECONDS: Final = 300

# How many entries a cache in memory holds.
MAX_ENTRIES: Final = 10000

# How many bytes a cache in memory holds: keys, values and overhead.
MAX_BYTES: Final = 1073741824

# How long a call may take that gives no deadline.
TIMEOUT_SECONDS: Final = 5.0

# How many calls of one client may be in flight; those beyond are RESOURCE_EXHAUSTED at once.
MAX_CALLS_IN_FLIGHT: Final = 10000

# How often a call that may be repeated is made at most, the first time included.
RETRY_MAX_ATTEMPTS: Final = 4

# The longest pause before a call is made again; it doubles with each.
RETRY_INITIAL_BACKOFF_SECONDS: Final = 0.05

# The longest pause that it comes to.
RETRY_MAX_BACKOFF_SECONDS: Final = 1.0

# How long a connection is quiet before a ping asks whether the service is there.
KEEPALIVE_SECONDS: Final = 30

# How long the answer to that ping may take.
KEEPALIVE_TIMEOUT_SECONDS: Final = 10

# The pause before a lost connection is made anew; it grows from try to try.
RECONNECT_INITIAL_BACKOFF_SECONDS: Final = 0.1

# The longest pause that it comes to.
RECONNECT_MAX_BACKOFF_SECONDS: Final = 3.0

# Fail-open: so many calls that end UNAVAILABLE or DEADLINE_EXCEEDED, one after the other, open
# the breaker.
BREAKER_FAILURES: Final = 5

# Fail-open: how long an open breaker answers misses at once, before one call tries the service
# again.
BREAKER_OPEN_SECONDS: Final = 1.0

# get_or_compute: by how much of itself a TTL is shortened at most, so that entries stored
# together do not expire together.
TTL_JITTER: Final = 0.1

# What gRPC may repeat.
SERVICE_CONFIG: Final = """{
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
}"""

# The environment variables that decide, and what holds without them.
SETTINGS: Final = {
    "APP_CACHE_BACKEND": "none",
    "APP_CACHE_STORAGE_URL": "grpc://127.0.0.1:50051",
    "APP_CACHE_AUTH_TOKEN_FILE": "",
    "APP_CACHE_INSECURE_TOKEN": "false",
    "APP_CACHE_TLS_CA_FILE": "",
    "APP_CACHE_TLS_CERT_FILE": "",
    "APP_CACHE_TLS_KEY_FILE": "",
    "APP_CACHE_DEFAULT_TTL_SECONDS": "300",
    "APP_CACHE_MAX_TTL_SECONDS": "31536000",
    "APP_CACHE_MAX_ENTRIES": "10000",
    "APP_CACHE_MAX_BYTES": "1GiB",
    "APP_CACHE_MAX_KEY_BYTES": "1024",
    "APP_CACHE_MAX_VALUE_BYTES": "1048576",
    "APP_CACHE_MAX_BATCH_KEYS": "1000",
}

# For each error by its gRPC status code: its name, and what to do about it.
ERRORS: Final = {
    3: ("INVALID_ARGUMENT", "the message names the field and the limit"),
    4: ("DEADLINE_EXCEEDED", "allow more time, or look at the load of the service"),
    7: ("PERMISSION_DENIED", "ask the operator for a role that does"),
    8: ("RESOURCE_EXHAUSTED", "make fewer calls at a time, or smaller ones"),
    9: ("FAILED_PRECONDITION", "the message says which"),
    11: ("OUT_OF_RANGE", "delete the counter, or count less"),
    12: ("UNIMPLEMENTED", "use a newer service, or turn caching on there"),
    13: ("INTERNAL", "look at the log of the service"),
    14: ("UNAVAILABLE", "is cache_server running? try cachectl ping"),
    16: ("UNAUTHENTICATED", "set APP_CACHE_AUTH_TOKEN_FILE, or show a certificate"),
}
