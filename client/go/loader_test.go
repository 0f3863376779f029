// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
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
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(time.Millisecond) {
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
		var all sync.WaitGroup
		for i := 0; i < 50; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				value, err := loader.GetOrCompute(soon(t), "k", time.Minute, func(context.Context) ([]byte, error) {
					computed.Add(1)
					<-goOn
					return []byte("v"), want
				})
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
	_, err := loader.GetOrCompute(ctx, "k", time.Minute, func(computing context.Context) ([]byte, error) {
		cancel()
		<-computing.Done()
		close(ended)
		return nil, computing.Err()
	})
	expect(t, "whether the caller is cancelled", errors.Is(err, context.Canceled), true)
	<-ended
}

func TestAStoreThatFailsIsNoReasonNotToCompute(t *testing.T) {
	for name, store := range map[string]Store{
		"away":    openRemote(t, RemoteOptions{URL: "grpc://" + unusedAddress(t)}),
		"broken":  newScripted(t, codes.Internal),
		"too old": newScripted(t, codes.Unimplemented),
	} {
		value, err := newLoader(store, 0).GetOrCompute(soon(t), "k", time.Minute, returns("v"))
		check(t, err)
		expect(t, name, string(value), "v")
	}
}

func TestAStoreThatNeverAnswersLeavesTimeToCompute(t *testing.T) {
	store := openRemote(t, RemoteOptions{URL: "grpc://" + listenAndNeverAnswer(t)})
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	value, err := newLoader(store, 0).GetOrCompute(ctx, "k", time.Minute, returns("v"))
	check(t, err)
	expect(t, "value", string(value), "v")
}

func TestAKeyOrATTLThatIsRefusedIsTheCallersError(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	_, err := loader.GetOrCompute(soon(t), "", time.Minute, returns("v"))
	expect(t, "the key is refused", errors.Is(err, ErrInvalidArgument), true)
	_, err = loader.GetOrCompute(soon(t), "k", 0, returns("v"))
	expect(t, "the TTL is refused", errors.Is(err, ErrInvalidArgument), true)
}

func TestAPanicOfComputeIsAnErrorOfAllWhoWait(t *testing.T) {
	loader := newLoader(openMemory(t, MemoryOptions{}), 0)
	_, err := loader.GetOrCompute(soon(t), "k", time.Minute, func(context.Context) ([]byte, error) {
		panic("no page")
	})
	expectMentions(t, err, "panicked", "no page")
}
