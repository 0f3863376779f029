// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// FailOpenOptions say when the breaker opens. A zero field means its default.
type FailOpenOptions struct {
	// Failures, one after the other, open the breaker: 5. OpenFor is how long it then answers
	// misses at once, before one call tries the service again: 1 s.
	Failures int
	OpenFor  time.Duration
	// Now is the clock; for tests. Default: time.Now.
	Now func() time.Time
}

// FailOpenStore is a Store whose unavailability breaks nobody: where the store below ends with
// ErrUnavailable or ErrDeadlineExceeded, or too many calls are in flight here, a read misses, a Set
// does not store, a Delete deletes nothing (so what is there may be read until it expires), and
// Absorbed counts it. After some such failures a short breaker answers so at once.
//
// Other errors are the caller's own and stay. So do those of Ping, Clear and Increment, which have
// no miss; the breaker does not hold them up, and learns from them. Goroutine-safe.
type FailOpenStore struct {
	store    Store
	breaker  *breaker
	absorbed atomic.Int64
	closed   atomic.Bool
}

// FailOpen gives a view of a store that fails open. Close closes the store.
func FailOpen(store Store, options FailOpenOptions) *FailOpenStore {
	setDefault(&options.Failures, spec.BreakerFailures)
	setDefault(&options.OpenFor, seconds(spec.BreakerOpenSeconds))
	if options.Now == nil {
		options.Now = time.Now
	}
	return &FailOpenStore{store: store, breaker: &breaker{
		mostFailures: options.Failures, openFor: options.OpenFor, now: options.Now,
	}}
}

// Absorbed counts the calls, and the items of batches, that were answered for a store that was
// away.
func (f *FailOpenStore) Absorbed() int64 { return f.absorbed.Load() }

// attempt makes a call, and tells whether to answer for the store. If not, err is how it ended.
func (f *FailOpenStore) attempt(
	ctx context.Context, call func() error,
) (answersFor bool, err error) {
	admitted, may := f.breaker.admit()
	if may || f.closed.Load() {
		err = f.tell(ctx, admitted, call)
		if !isMissed(err) {
			return false, err
		}
	}
	f.absorbed.Add(1)
	if report, asked := ctx.Value(missReport{}).(*atomic.Bool); asked {
		report.Store(true)
	}
	return true, nil
}

// missReport is the key of a context's *atomic.Bool, which is set where a FailOpenStore answers for
// the store below it, however many views are around it.
type missReport struct{}

func withMissReport(ctx context.Context) (context.Context, *atomic.Bool) {
	report := new(atomic.Bool)
	return context.WithValue(ctx, missReport{}, report), report
}

// pass makes a call that has no miss, whatever the breaker says.
func (f *FailOpenStore) pass(ctx context.Context, call func() error) error {
	admitted, _ := f.breaker.admit()
	return f.tell(ctx, admitted, call)
}

// tell makes a call, and tells the breaker how it ended, even if it panics.
func (f *FailOpenStore) tell(
	ctx context.Context, admitted admission, call func() error,
) (err error) {
	says := saysNothing
	defer func() { f.breaker.end(admitted, says) }()
	endedEarly := ctx.Err() != nil
	err = call()
	switch {
	case endedEarly || errors.Is(err, context.Canceled) || isLocal(err):
	case isAwayError(err):
		says = isAway
	default:
		says = hasAnswered
	}
	return err
}

func isAwayError(err error) bool {
	return errors.Is(err, ErrUnavailable) || errors.Is(err, ErrDeadlineExceeded)
}

// isMissed: also where this process has too many calls in flight.
func isMissed(err error) bool {
	return isAwayError(err) || (isLocal(err) && errors.Is(err, ErrResourceExhausted))
}

func isLocal(err error) bool {
	var ours *Error
	return errors.As(err, &ours) && ours.isLocal
}

// Get is as Store says.
func (f *FailOpenStore) Get(ctx context.Context, key string) (value []byte, found bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		value, found, failed = f.store.Get(ctx, key)
		return failed
	})
	return value, found, err
}

// GetWith is as Store says.
func (f *FailOpenStore) GetWith(
	ctx context.Context, key string, options ...GetOption,
) (entry Entry, found bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		entry, found, failed = f.store.GetWith(ctx, key, options...)
		return failed
	})
	return entry, found, err
}

// Exists is as Store says.
func (f *FailOpenStore) Exists(ctx context.Context, key string) (exists bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		exists, failed = f.store.Exists(ctx, key)
		return failed
	})
	return exists, err
}

// ExistsWith is as Store says.
func (f *FailOpenStore) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (ttl time.Duration, exists bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		ttl, exists, failed = f.store.ExistsWith(ctx, key, options...)
		return failed
	})
	return ttl, exists, err
}

// Set is as Store says.
func (f *FailOpenStore) Set(
	ctx context.Context, key string, value []byte, options ...SetOption,
) error {
	_, err := f.attempt(ctx, func() error { return f.store.Set(ctx, key, value, options...) })
	return err
}

// SetIf is as Store says.
func (f *FailOpenStore) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (stored bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		stored, failed = f.store.SetIf(ctx, key, value, condition, options...)
		return failed
	})
	return stored, err
}

// Delete is as Store says.
func (f *FailOpenStore) Delete(ctx context.Context, key string) (deleted bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		deleted, failed = f.store.Delete(ctx, key)
		return failed
	})
	return deleted, err
}

// DeleteIf is as Store says.
func (f *FailOpenStore) DeleteIf(
	ctx context.Context, key string, etag []byte,
) (deleted bool, err error) {
	_, err = f.attempt(ctx, func() (failed error) {
		deleted, failed = f.store.DeleteIf(ctx, key, etag)
		return failed
	})
	return deleted, err
}

// BatchGet is as Store says.
func (f *FailOpenStore) BatchGet(
	ctx context.Context, keys []string,
) (results []GetResult, err error) {
	answersFor, err := f.attempt(ctx, func() (failed error) {
		results, failed = f.store.BatchGet(ctx, keys)
		return failed
	})
	if answersFor {
		return make([]GetResult, len(keys)), nil
	}
	for i := range results {
		if isMissed(results[i].Err) {
			results[i] = GetResult{}
			f.absorbed.Add(1)
		}
	}
	return results, err
}

// BatchSet is as Store says.
func (f *FailOpenStore) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	return f.items(ctx, len(entries), func() ([]ItemResult, error) {
		return f.store.BatchSet(ctx, entries)
	})
}

// BatchDelete is as Store says.
func (f *FailOpenStore) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	return f.items(ctx, len(keys), func() ([]ItemResult, error) {
		return f.store.BatchDelete(ctx, keys)
	})
}

// BatchExists is as Store says.
func (f *FailOpenStore) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	return f.items(ctx, len(keys), func() ([]ItemResult, error) {
		return f.store.BatchExists(ctx, keys)
	})
}

func (f *FailOpenStore) items(
	ctx context.Context, size int, call func() ([]ItemResult, error),
) (results []ItemResult, err error) {
	answersFor, err := f.attempt(ctx, func() (failed error) {
		results, failed = call()
		return failed
	})
	if answersFor {
		return make([]ItemResult, size), nil
	}
	for i := range results {
		if isMissed(results[i].Err) {
			results[i] = ItemResult{}
			f.absorbed.Add(1)
		}
	}
	return results, err
}

// Increment is as Store says.
func (f *FailOpenStore) Increment(
	ctx context.Context, key string, delta int64, options ...IncrementOption,
) (count Count, err error) {
	err = f.pass(ctx, func() (failed error) {
		count, failed = f.store.Increment(ctx, key, delta, options...)
		return failed
	})
	return count, err
}

// Clear is as Store says.
func (f *FailOpenStore) Clear(ctx context.Context) error {
	return f.pass(ctx, func() error { return f.store.Clear(ctx) })
}

// Ping is as Store says.
func (f *FailOpenStore) Ping(ctx context.Context) error {
	return f.pass(ctx, func() error { return f.store.Ping(ctx) })
}

// Close closes the store below, which then says so even where the breaker is open.
func (f *FailOpenStore) Close() error {
	f.closed.Store(true)
	return f.store.Close()
}
