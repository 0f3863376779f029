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
// up waiting gets its own context's error, and the others go on. A store that fails is a miss: the
// value is computed and returned all the same. ErrInvalidArgument: the key or the TTL is refused.
func (l *Loader) GetOrCompute(
	ctx context.Context, key string, ttl time.Duration, compute Compute,
) ([]byte, error) {
	if ttl <= 0 {
		return nil, invalid("ttl: is %s; give more than zero", formatTTL(ttl)).of("GetOrCompute", key)
	}
	joined := l.join(ctx, key, ttl, compute)
	defer l.leave(key, joined)
	select {
	case <-joined.stored:
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

	// value and err may be read once computed is closed; stored is closed after it.
	computed, stored chan struct{}
	value            []byte
	err              error
}

func (l *Loader) join(ctx context.Context, key string, ttl time.Duration, compute Compute) *flight {
	l.mu.Lock()
	defer l.mu.Unlock()
	joined := l.flights[key]
	if joined == nil {
		detached, cancel := context.WithCancel(values{ctx})
		joined = &flight{
			cancel: cancel, computed: make(chan struct{}), stored: make(chan struct{}),
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
		close(f.stored)
	}()
	reading, cancel := context.WithTimeout(ctx, patience)
	value, found, err := l.store.Get(reading, key)
	cancel()
	if found || errors.Is(err, ErrInvalidArgument) {
		f.value, f.err = value, err
		close(f.computed)
		return
	}
	if f.err = ctx.Err(); f.err != nil { // Nobody waits for it any more.
		close(f.computed)
		return
	}
	f.err = errors.New("cachestore: compute ended its goroutine")
	f.value, f.err = withoutPanic(ctx, compute)
	close(f.computed)
	if f.err == nil {
		shortened := time.Duration(float64(ttl) * (1 - spec.TTLJitter*l.random()))
		// What cannot be stored is computed again the next time; an Observer sees why.
		_ = l.store.Set(ctx, key, f.value, TTL(shortened))
	}
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
