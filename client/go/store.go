// SPDX-License-Identifier: Apache-2.0

// Package cachestore is a client of CacheStore, a cache as a service, and has the same cache in
// this process for tests and for programs that share with nobody.
//
//	store, err := cachestore.FromEnvironment()
//	loader := cachestore.NewLoader(store, cachestore.LoaderOptions{})
//	page, err := loader.GetOrCompute(ctx, "page:7", 5*time.Minute, render)
//
// Keys and values are any bytes. What was stored may be gone at any time.
package cachestore

import (
	"context"
	"time"
)

// Store is a cache. Remote, Memory and None are one, and so is what WithPrefix, FailOpen and
// Observe make of another.
//
// Goroutine-safe. Each call blocks until it is answered, or until the deadline of its context; one
// without a deadline takes 5 s at most. Errors are *Error; errors.Is tells them apart
// (ErrUnavailable, ErrInvalidArgument, ...). Every call may end with ErrUnavailable,
// ErrDeadlineExceeded (then whether it took effect is unknown), ErrResourceExhausted,
// ErrInvalidArgument for what it was given, and ErrFailedPrecondition after Close.
type Store interface {
	// Get reads what is stored under a key: the value and true, which may be empty, or nil and
	// false for a miss. The caller owns the value.
	Get(ctx context.Context, key string) (value []byte, found bool, err error)

	// GetWith is Get with WantEtag, WantTTL or Touch.
	GetWith(
		ctx context.Context, key string, options ...GetOption,
	) (entry Entry, found bool, err error)

	// Exists tells whether anything is stored under a key.
	Exists(ctx context.Context, key string) (bool, error)

	// ExistsWith is Exists with WantTTL or Touch. The TTL that remains is 0 unless asked for.
	ExistsWith(
		ctx context.Context, key string, options ...ExistsOption,
	) (ttl time.Duration, exists bool, err error)

	// Set stores a value in place of what is there, for its TTL, or for the default one of the
	// store (300 s). It does not keep the slice.
	Set(ctx context.Context, key string, value []byte, options ...SetOption) error

	// SetIf is Set if the condition is met; check and write are one step. A condition that is not
	// met is no error: false, and nothing has changed.
	SetIf(
		ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
	) (stored bool, err error)

	// Delete removes what is stored under a key, and tells whether anything was.
	Delete(ctx context.Context, key string) (deleted bool, err error)

	// DeleteIf is Delete if the value has this etag, which a GetWith has returned.
	DeleteIf(ctx context.Context, key string, etag []byte) (deleted bool, err error)

	// Increment adds to a counter in one step. One that is absent counts as 0, and gets a TTL;
	// later calls leave the TTL alone. ErrFailedPrecondition: what is stored is no number;
	// ErrOutOfRange: the sum is no int64, and nothing has changed. Never repeated by itself.
	Increment(
		ctx context.Context, key string, delta int64, options ...IncrementOption,
	) (Count, error)

	// BatchGet, BatchSet, BatchDelete and BatchExists do the same for many keys, 1000 at most.
	// Results come in the order of the keys or entries, each with its own error. A batch is no
	// transaction; one that has a bad key or entry is refused as a whole, and the error names it. A
	// Remote sends one of more than 4128768 bytes in parts, and then what came before may be done.
	BatchGet(ctx context.Context, keys []string) ([]GetResult, error)
	BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error)
	BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error)
	BatchExists(ctx context.Context, keys []string) ([]ItemResult, error)

	// Clear removes every entry of this cache.
	Clear(ctx context.Context) error

	// Ping proves that the cache answers.
	Ping(ctx context.Context) error

	// Close releases what the store holds; calls in flight end as they would have. A shared service
	// goes on for others. May be repeated.
	Close() error
}

// Entry is what a GetWith has found.
type Entry struct {
	Value []byte

	// Etag is the SHA-1 digest of the value: 20 bytes. Nil unless asked for.
	Etag []byte

	// TTL is what remains, after a touch: rounded up to the millisecond. 0 unless asked for, and
	// for an entry without one, which somebody else has stored in a shared backend.
	TTL time.Duration
}

// Count is a counter after an Increment, and the TTL that remains of it.
type Count struct {
	Value int64
	TTL   time.Duration
}

// GetResult is what a BatchGet says of one key. Without an error, Found tells a hit from a miss.
type GetResult struct {
	Value []byte
	Found bool
	Err   error
}

// ItemResult is what a BatchSet, BatchDelete or BatchExists says of one entry or key.
type ItemResult struct {
	// OK: it was stored, was deleted, or exists.
	OK  bool
	Err error
}

// SetEntry is one Set, or SetIf, of a batch.
type SetEntry struct {
	Key       string
	Value     []byte
	Condition Condition
	Options   []SetOption
}
