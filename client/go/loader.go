// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"sync"
	"time"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// LoaderOptions are for a Loader. A zero field means its default.
type LoaderOptions struct {
	// Random gives numbers from 0 up to 1, for the jitter of TTLs; for tests. Goroutine-safe.
	// Default: math/rand's.
	Random func() float64
}

// Loader computes what is not in a store, and stores it. However many goroutines of this process
// ask for a key at a time, one of them computes (single flight). Goroutine-safe; make one for a
// store.
type Loader struct {
	store  Store
	random func() float64

	mu      sync.Mutex
	flights map[string]*flight
}

// NewLoader makes one. It does not close the store.
func NewLoader(store Store, options LoaderOptions) *Loader {
	if options.Random == nil {
		options.Random = rand.Float64
	}
	return &Loader{store: store, random: options.Random, flights: map[string]*flight{}}
}

// Compute gives the value of a key that is not in the store. Its context ends when nobody waits for
// it any more.
type Compute func(ctx context.Context) ([]byte, error)

// GetOrCompute gives what is stored under a key, or else what compute gives, which it stores for
// the TTL less up to a tenth, so that what is stored together does not expire together.
//
// Who asks meanwhile gets the same value, or the same error, which is never stored. Whoever gives
// up waiting gets its own context's error, and the others go on.
//
// A store in trouble (ErrUnavailable, ErrDeadlineExceeded, ErrResourceExhausted, ErrInternal) is a
// miss: the value is computed and returned all the same, and not stored where it could not be read.
// Its other errors are the caller's, also where a value was computed: ErrInvalidArgument for a key,
// a TTL or a value that is refused, ErrPermissionDenied, ErrFailedPrecondition after Close.
func (l *Loader) GetOrCompute(
	ctx context.Context, key string, ttl time.Duration, compute Compute,
) ([]byte, error) {
	if ttl <= 0 {
		return nil, invalid("ttl: is %s; give more than zero", formatTTL(ttl)).of("GetOrCompute", key)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	joined := l.join(ctx, key, ttl, compute)
	defer l.leave(key, joined)
	select {
	case <-joined.ended:
		if joined.refusal != nil {
			return nil, joined.refusal
		}
	case <-ctx.Done():
		select {
		case <-joined.computed: // And not stored in time.
		default:
			return nil, ctx.Err()
		}
	}
	if joined.err != nil {
		return nil, joined.err
	}
	return copyOf(joined.value), nil
}

// flight is one computation that some wait for.
type flight struct {
	cancel  context.CancelFunc
	waiting int // Guarded by the Loader's mu.

	// value and err may be read once computed or ended is closed; refusal, why the store did not take
	// the value, once ended is.
	computed, ended chan struct{}
	value           []byte
	err, refusal    error
}

func (l *Loader) join(ctx context.Context, key string, ttl time.Duration, compute Compute) *flight {
	l.mu.Lock()
	defer l.mu.Unlock()
	joined := l.flights[key]
	if joined == nil {
		detached, cancel := context.WithCancel(values{ctx})
		joined = &flight{
			cancel: cancel, computed: make(chan struct{}), ended: make(chan struct{}),
		}
		l.flights[key] = joined
		deadline, has := ctx.Deadline()
		patience := seconds(spec.TimeoutSeconds)
		if half := time.Until(deadline) / 2; has && half < patience {
			patience = half // A store that does not answer leaves time to compute.
		}
		go l.fly(detached, joined, key, patience, ttl, compute)
	}
	joined.waiting++
	return joined
}

// leave ends a flight that nobody waits for.
func (l *Loader) leave(key string, left *flight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	left.waiting--
	if left.waiting == 0 {
		l.forget(key, left)
		left.cancel()
	}
}

func (l *Loader) forget(key string, ended *flight) {
	if l.flights[key] == ended {
		delete(l.flights, key)
	}
}

func (l *Loader) fly(
	ctx context.Context, f *flight, key string, patience, ttl time.Duration, compute Compute,
) {
	defer func() {
		l.mu.Lock()
		l.forget(key, f)
		l.mu.Unlock()
		close(f.ended)
	}()
	isNew := l.find(ctx, f, key, patience, compute)
	close(f.computed)
	if !isNew {
		return
	}
	shorter := ttl - time.Duration(float64(ttl)*spec.TTLJitter*l.random())
	if err := l.store.Set(ctx, key, f.value, TTL(shorter)); !isTrouble(err) {
		f.refusal = err
	}
}

// find gives the flight its value or its error, and tells whether the value is to be stored.
func (l *Loader) find(
	ctx context.Context, f *flight, key string, patience time.Duration, compute Compute,
) (isNew bool) {
	reading, cancel := context.WithTimeout(ctx, patience)
	reading, missed := withMissReport(reading)
	value, found, err := l.store.Get(reading, key)
	cancel()
	if f.err = ctx.Err(); f.err != nil { // Nobody waits for it any more.
		return false
	}
	if found || (err != nil && !isTrouble(err)) {
		f.value, f.err = value, err
		return false
	}
	f.err = errors.New("cachestore: compute ended its goroutine")
	f.value, f.err = withoutPanic(ctx, compute)
	// To a store in trouble another call would only cost time.
	return f.err == nil && err == nil && !missed.Load()
}

// isTrouble: the store's, and not its caller's.
func isTrouble(err error) bool {
	return isAwayError(err) || errors.Is(err, ErrResourceExhausted) || errors.Is(err, ErrInternal)
}

// withoutPanic makes an error of a panic, which would end the process on a goroutine of its own.
func withoutPanic(ctx context.Context, compute Compute) (value []byte, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("cachestore: compute panicked: %v", panicked)
		}
	}()
	return compute(ctx)
}

// values has the values of a context, and neither its deadline nor its end.
type values struct{ context.Context }

func (values) Deadline() (deadline time.Time, has bool) { return time.Time{}, false }
func (values) Done() <-chan struct{}                    { return nil }
func (values) Err() error                               { return nil }
