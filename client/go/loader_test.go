// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

func newLoader(store Store, random float64) *Loader {
	return NewLoader(store, LoaderOptions{Random: func() float64 { return random }})
}

func returns(value string) Compute {
	return func(context.Context) ([]byte, error) { return []byte(value), nil }
}

func TestWhatIsThereIsNotComputed(t *testing.T) {
	store := openMemory(t, MemoryOptions{})
	check(t, store.Set(soon(t), "k", []byte{}))
	value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("computed"))
	check(t, err)
	expect(t, "value", string(value), "")
}

func TestWhatIsComputedIsStoredForLessThanItsTTL(t *testing.T) {
	clock := newFakeClock()
	store := openMemory(t, MemoryOptions{Now: clock.now})
	for random, ttl := range map[float64]time.Duration{0: 100 * time.Second, 0.5: 95 * time.Second} {
		check(t, store.Clear(soon(t)))
		value, err := newLoader(store, random).GetOrCompute(soon(t), "k", 100*time.Second, returns("v"))
		check(t, err)
		expect(t, "value", string(value), "v")
		entry, _, err := store.GetWith(soon(t), "k", WantTTL())
		check(t, err)
		expect(t, "TTL", entry.TTL, ttl)
	}
}

// joined waits until so many wait for the flight of "k".
func joined(t *testing.T, loader *Loader, number int) {
	t.Helper()
	for limit := soon(t); limit.Err() == nil; runtime.Gosched() {
		loader.mu.Lock()
		flight := loader.flights["k"]
		isThere := flight != nil && flight.waiting == number
		loader.mu.Unlock()
		if isThere {
			return
		}
	}
	t.Fatalf("there are no %d that wait", number)
}

func TestThoseWhoAskTogetherComputeOnceAndGetTheSame(t *testing.T) {
	failure := errors.New("no page")
	for _, want := range []error{nil, failure} {
		loader := newLoader(openMemory(t, MemoryOptions{}), 0)
		goOn := make(chan struct{})
		var computed atomic.Int64
		compute := func(context.Context) ([]byte, error) {
			computed.Add(1)
			<-goOn
			return []byte("v"), want
		}
		var all sync.WaitGroup
		for i := 0; i < 50; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				value, err := loader.GetOrCompute(soon(t), "k", time.Minute, compute)
				if err != want || (err == nil && string(value) != "v") {
					t.Errorf("got %q, %v, want v, %v", value, err, want)
				}
			}()
		}
		joined(t, loader, 50)
		close(goOn)
		all.Wait()
		expect(t, "how often it was computed", computed.Load(), 1)
		_, found, err := loader.store.Get(soon(t), "k")
		check(t, err)
		expect(t, "whether it was stored", found, want == nil)
	}
}

func TestTheFirstCallersEndDoesNotFailTheOthers(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	goOn := make(chan struct{})
	compute := func(ctx context.Context) ([]byte, error) {
		<-goOn
		return []byte("v"), ctx.Err()
	}
	first, cancel := context.WithCancel(soon(t))
	ended := make(chan error, 1)
	go func() {
		_, err := loader.GetOrCompute(first, "k", time.Minute, compute)
		ended <- err
	}()
	joined(t, loader, 1)
	second := make(chan string, 1)
	go func() {
		value, err := loader.GetOrCompute(soon(t), "k", time.Minute, compute)
		if err != nil {
			t.Error(err)
		}
		second <- string(value)
	}()
	joined(t, loader, 2)
	cancel()
	expect(t, "whether the first is cancelled", errors.Is(<-ended, context.Canceled), true)
	close(goOn)
	expect(t, "the second", <-second, "v")
}

func TestWhatNobodyWaitsForEnds(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	ctx, cancel := context.WithCancel(soon(t))
	ended := make(chan struct{})
	compute := func(computing context.Context) ([]byte, error) {
		cancel()
		<-computing.Done()
		close(ended)
		return nil, computing.Err()
	}
	_, err := loader.GetOrCompute(ctx, "k", time.Minute, compute)
	expect(t, "whether the caller is cancelled", errors.Is(err, context.Canceled), true)
	<-ended
}

var troubles = []codes.Code{
	codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal,
}

var callersOwn = []codes.Code{
	codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.FailedPrecondition,
	codes.Unimplemented,
}

func TestWhatAStoreInTroubleCannotReadIsComputedAndNotStored(t *testing.T) {
	for _, code := range troubles {
		store := newScripted(t, code)
		value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("v"))
		check(t, err)
		expect(t, code.String(), string(value), "v")
		expect(t, "how often it was stored", store.sets, 0)
	}
}

func TestAStoreInTroubleIsNotAskedTwiceThroughViewsEither(t *testing.T) {
	away := newScripted(t, codes.Unavailable)
	store := WithPrefix(Observe(FailOpen(away, FailOpenOptions{}), &recorder{}), "p:")
	for want := 0; want < 2; want++ {
		value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("v"))
		check(t, err)
		expect(t, "value", string(value), "v")
		expect(t, "how often it was stored", away.sets, want)
		away.err = nil
	}
}

func TestWhatAStoreInTroubleCannotStoreIsReturnedAllTheSame(t *testing.T) {
	for _, code := range troubles {
		store := newScripted(t, code)
		store.err, store.setErr = nil, store.err
		value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("v"))
		check(t, err)
		expect(t, code.String(), string(value), "v")
		expect(t, "how often it was tried", store.sets, 1)
	}
}

func TestErrorsOfTheCallerItselfAreNotHidden(t *testing.T) {
	for _, code := range callersOwn {
		store := newScripted(t, code)
		refusal := store.err
		_, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, computesNothing(t))
		expect(t, "whether it is the error of the Get", err == refusal, true)
		store.err, store.setErr = nil, refusal
		value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("v"))
		expect(t, "whether it is the error of the Set", err == refusal, true)
		expect(t, "the value", value == nil, true)
	}
}

// computesNothing fails the test if it is called.
func computesNothing(t *testing.T) Compute {
	return func(context.Context) ([]byte, error) {
		t.Error("it was computed")
		return nil, nil
	}
}

func TestOnAClosedStoreNothingIsComputed(t *testing.T) {
	for name, store := range map[string]Store{
		"remote": openRemote(t, RemoteOptions{}),
		"memory": openFrom(t, map[string]string{"APP_CACHE_BACKEND": "memory"}),
		"none":   openFrom(t, nil),
	} {
		check(t, store.Close())
		loader := newLoader(FailOpen(store, FailOpenOptions{}), 0)
		_, err := loader.GetOrCompute(soon(t), "k", time.Minute, computesNothing(t))
		expect(t, name+" is closed", errors.Is(err, ErrFailedPrecondition), true)
	}
}

func TestForACallerWhoHasGivenUpNothingBegins(t *testing.T) {
	ctx, cancel := context.WithCancel(soon(t))
	cancel()
	var loader Loader // Without a place for flights.
	_, err := loader.GetOrCompute(ctx, "k", time.Minute, computesNothing(t))
	expect(t, "is cancelled", errors.Is(err, context.Canceled), true)
}

func TestAReadMayTakeHalfTheTimeThereIs(t *testing.T) {
	store := newScripted(t, codes.DeadlineExceeded)
	for given, patience := range map[time.Duration]time.Duration{
		4 * time.Second: 2 * time.Second, time.Hour: 5 * time.Second,
	} {
		before := time.Now()
		ctx, cancel := context.WithDeadline(context.Background(), before.Add(given))
		value, err := newLoader(store, 0).GetOrCompute(ctx, "k", time.Minute, returns("v"))
		after := time.Now()
		cancel()
		check(t, err)
		expect(t, "value", string(value), "v")
		// What passed between is split in halves, too.
		earliest, latest := before.Add(patience-after.Sub(before)), after.Add(patience)
		if store.getDeadline.Before(earliest) || store.getDeadline.After(latest) {
			t.Errorf("got the deadline %s, want one from %s to %s", store.getDeadline, earliest, latest)
		}
	}
}

func TestAKeyOrATTLThatIsRefusedIsTheCallersError(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	_, err := loader.GetOrCompute(soon(t), "", time.Minute, computesNothing(t))
	expect(t, "the key is refused", errors.Is(err, ErrInvalidArgument), true)
	_, err = loader.GetOrCompute(soon(t), "k", 0, computesNothing(t))
	expect(t, "the TTL is refused", errors.Is(err, ErrInvalidArgument), true)
	_, err = loader.GetOrCompute(soon(t), "k", 366*24*time.Hour, returns("v"))
	expect(t, "the long TTL is refused", errors.Is(err, ErrInvalidArgument), true)
	expectMentions(t, err, "max_ttl")
}

func TestTheShortestTTLIsNotShortenedToNone(t *testing.T) {
	store := openMemory(t, MemoryOptions{Now: newFakeClock().now})
	_, err := newLoader(store, 0.999).GetOrCompute(soon(t), "k", 1, returns("v"))
	check(t, err)
	entry, _, err := store.GetWith(soon(t), "k", WantTTL())
	check(t, err)
	expect(t, "TTL", entry.TTL, time.Millisecond)
}

func TestAPanicOfComputeIsAnErrorOfAllWhoWait(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	_, err := loader.GetOrCompute(soon(t), "k", time.Minute, func(context.Context) ([]byte, error) {
		panic("no page")
	})
	expectMentions(t, err, "panicked", "no page")
}

func TestAComputeThatEndsItsGoroutineIsAnError(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	_, err := loader.GetOrCompute(soon(t), "k", time.Minute, func(context.Context) ([]byte, error) {
		runtime.Goexit()
		return nil, nil
	})
	expectMentions(t, err, "compute ended its goroutine")
}
