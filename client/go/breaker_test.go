// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
)

// fakeClock is a clock that a test sets.
type fakeClock struct{ time time.Time }

func (c *fakeClock) now() time.Time          { return c.time }
func (c *fakeClock) advance(d time.Duration) { c.time = c.time.Add(d) }

func newFakeClock() *fakeClock { return &fakeClock{time.Unix(1_000_000, 0)} }

// scripted is a Memory whose Get, and whose Set, end with an error while they have one.
type scripted struct {
	Store
	err, setErr error
	calls, sets int
	getDeadline time.Time // Of the last Get.
}

func (s *scripted) Get(ctx context.Context, key string) ([]byte, bool, error) {
	s.calls++
	s.getDeadline, _ = ctx.Deadline()
	if s.err != nil {
		return nil, false, s.err
	}
	return s.Store.Get(ctx, key)
}

func (s *scripted) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	s.sets++
	if s.setErr != nil {
		return s.setErr
	}
	return s.Store.Set(ctx, key, value, options...)
}

func newScripted(t *testing.T, code codes.Code) *scripted {
	t.Helper()
	return &scripted{Store: openMemory(t, MemoryOptions{}), err: newError(code, "so it was to be")}
}

func expectMiss(t *testing.T, store Store) {
	t.Helper()
	value, found, err := store.Get(context.Background(), "k")
	if value != nil || found || err != nil {
		t.Errorf("got %q, %t, %v, want a miss", value, found, err)
	}
}

func TestTheBreakerOpensAfterSoManyFailuresAndThenLetsOneCallTry(t *testing.T) {
	clock, away := newFakeClock(), newScripted(t, codes.Unavailable)
	store := FailOpen(away, FailOpenOptions{Now: clock.now})
	for i := 0; i < 7; i++ {
		expectMiss(t, store)
	}
	expect(t, "calls until it is open", away.calls, 5)
	clock.advance(time.Second - 1)
	expectMiss(t, store)
	expect(t, "calls while it is open", away.calls, 5)
	clock.advance(1)
	expectMiss(t, store)
	expectMiss(t, store)
	expect(t, "calls after one that tried in vain", away.calls, 6)
	clock.advance(time.Second)
	away.err = nil
	expectMiss(t, store)
	expectMiss(t, store)
	expect(t, "calls after one that tried with success", away.calls, 8)
	expect(t, "absorbed", store.Absorbed(), int64(10))
}

// admitted fails the test unless a call may be made.
func admitted(t *testing.T, b *breaker) admission {
	t.Helper()
	call, may := b.admit()
	expect(t, "whether it may", may, true)
	return call
}

func expectRefused(t *testing.T, b *breaker) {
	t.Helper()
	_, may := b.admit()
	expect(t, "whether it may", may, false)
}

func TestWhileOneCallTriesNoOtherDoes(t *testing.T) {
	clock := newFakeClock()
	b := &breaker{mostFailures: 1, openFor: time.Second, now: clock.now}
	b.end(admitted(t, b), isAway)
	clock.advance(time.Second)
	trial := admitted(t, b)
	expectRefused(t, b)
	b.end(trial, saysNothing) // Its caller gave it up.
	b.end(admitted(t, b), hasAnswered)
	for i := 0; i < 3; i++ {
		admitted(t, b)
	}
}

func TestACallFromBeforeTheBreakerOpenedDecidesNothing(t *testing.T) {
	clock := newFakeClock()
	b := &breaker{mostFailures: 1, openFor: time.Second, now: clock.now}
	var stragglers []admission
	for i := 0; i < 3; i++ {
		stragglers = append(stragglers, admitted(t, b))
	}
	b.end(admitted(t, b), isAway)
	clock.advance(time.Second)
	b.end(stragglers[0], isAway) // Does not put off the trial,
	trial := admitted(t, b)
	b.end(stragglers[1], isAway) // does not end it,
	b.end(stragglers[2], hasAnswered)
	expectRefused(t, b)
	b.end(trial, hasAnswered)
	admitted(t, b)
}

// panicking is a Store whose Get panics.
type panicking struct{ Store }

func (panicking) Get(context.Context, string) ([]byte, bool, error) { panic("so it was to be") }

func TestATrialThatPanicsGivesItsPlaceBack(t *testing.T) {
	clock := newFakeClock()
	store := FailOpen(panicking{}, FailOpenOptions{Failures: 1, Now: clock.now})
	store.breaker.end(admitted(t, store.breaker), isAway)
	clock.advance(time.Second)
	func() {
		defer func() { expect(t, "whether it panics", recover() != nil, true) }()
		_, _, _ = store.Get(context.Background(), "k")
	}()
	admitted(t, store.breaker)
}

func TestTooManyCallsInFlightAreMissesAndTellTheBreakerNothing(t *testing.T) {
	service := startHoldingService(t)
	defer close(service.goOn)
	remote := openRemote(t, RemoteOptions{URL: "grpc://" + service.address, MaxCallsInFlight: 1})
	store := FailOpen(remote, FailOpenOptions{Failures: 2})
	ctx, cancel := context.WithCancel(soon(t))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _, _ = store.Get(ctx, "k")
	}()
	<-service.arrived
	store.breaker.end(admitted(t, store.breaker), isAway)
	for i := 0; i < 3; i++ {
		expectMiss(t, store)
	}
	expect(t, "absorbed", store.Absorbed(), int64(3))
	expect(t, "failures in a row", store.breaker.failures, 1)
	cancel()
	<-ended
}

func TestAClosedStoreSaysSoEvenBehindAnOpenBreaker(t *testing.T) {
	store := FailOpen(openMemory(t, MemoryOptions{}), FailOpenOptions{Failures: 1, OpenFor: time.Hour})
	store.breaker.end(admitted(t, store.breaker), isAway)
	expectMiss(t, store)
	check(t, store.Close())
	_, _, err := store.Get(soon(t), "k")
	expect(t, "is refused", errors.Is(err, ErrFailedPrecondition), true)
	expectMentions(t, err, "store is closed")
}

func TestWhatHasNoMissTellsTheBreakerAllTheSame(t *testing.T) {
	store := FailOpen(openRemote(t, RemoteOptions{URL: "grpc://" + unusedAddress(t)}),
		FailOpenOptions{Failures: 3, OpenFor: time.Hour})
	_, err := store.Increment(soon(t), "n", 1)
	expect(t, "Increment tells", errors.Is(err, ErrUnavailable), true)
	expect(t, "Clear tells", errors.Is(store.Clear(soon(t)), ErrUnavailable), true)
	expect(t, "Ping tells", errors.Is(store.Ping(soon(t)), ErrUnavailable), true)
	expectRefused(t, store.breaker)
}

func TestAnAnswerBetweenFailuresKeepsTheBreakerClosed(t *testing.T) {
	away := newScripted(t, codes.DeadlineExceeded)
	store := FailOpen(away, FailOpenOptions{Failures: 2})
	failure := away.err
	for i := 0; i < 5; i++ {
		away.err = failure
		expectMiss(t, store)
		away.err = nil
		expectMiss(t, store)
	}
	expect(t, "calls", away.calls, 10)
}

func TestErrorsOfTheCallerItselfAreNotAbsorbed(t *testing.T) {
	for _, code := range []codes.Code{
		codes.InvalidArgument, codes.PermissionDenied, codes.FailedPrecondition, codes.Canceled,
	} {
		store := FailOpen(newScripted(t, code), FailOpenOptions{})
		for i := 0; i < 10; i++ {
			_, _, err := store.Get(context.Background(), "k")
			expect(t, code.String()+" stays", err != nil, true)
		}
		expect(t, "absorbed", store.Absorbed(), int64(0))
	}
}

func TestWhoGaveUpBeforeTheCallOpensNoBreaker(t *testing.T) {
	away := newScripted(t, codes.DeadlineExceeded)
	store := FailOpen(away, FailOpenOptions{Failures: 1})
	late, cancel := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancel()
	for i := 0; i < 3; i++ {
		_, _, err := store.Get(late, "k")
		check(t, err)
	}
	expect(t, "calls", away.calls, 3)
}

func TestAServiceThatIsAwayFailsOpenInEveryCallThatHasAMiss(t *testing.T) {
	remote := openRemote(t, RemoteOptions{URL: "grpc://" + unusedAddress(t)})
	store := FailOpen(remote, FailOpenOptions{Failures: 100})
	ctx := soon(t)
	keys := []string{"a", "b"}
	expectMiss(t, store)
	check(t, store.Set(ctx, "k", []byte("v")))
	stored, err := store.SetIf(ctx, "k", nil, IfAbsent())
	check(t, err)
	deleted, err := store.Delete(ctx, "k")
	check(t, err)
	exists, err := store.Exists(ctx, "k")
	check(t, err)
	expect(t, "stored, deleted or exists", stored || deleted || exists, false)
	got, err := store.BatchGet(ctx, keys)
	check(t, err)
	expect(t, "results of a BatchGet", len(got), 2)
	set, err := store.BatchSet(ctx, []SetEntry{{Key: "a"}})
	check(t, err)
	expect(t, "whether a BatchSet says nothing", set[0] == (ItemResult{}), true)
	expect(t, "absorbed", store.Absorbed(), int64(7))

	expect(t, "Ping tells", errors.Is(store.Ping(ctx), ErrUnavailable), true)
	expect(t, "Clear tells", errors.Is(store.Clear(ctx), ErrUnavailable), true)
	_, err = store.Increment(ctx, "n", 1)
	expect(t, "Increment tells", errors.Is(err, ErrUnavailable), true)
}

func TestItemsForWhichAStoreIsAwayAreMissesAndOthersKeepTheirErrors(t *testing.T) {
	failures := []*pb.ItemError{
		nil, {Code: int32(codes.Unavailable)}, {Code: int32(codes.DeadlineExceeded)},
		{Code: int32(codes.Internal)},
	}
	service := startAnsweringService(t, func(string, int) (proto.Message, error) {
		answer := &pb.BatchExistsResponse{}
		for _, failed := range failures {
			result := &pb.BatchExistsResult{Exists: failed == nil, Error: failed}
			answer.Results = append(answer.Results, result)
		}
		return answer, nil
	})
	remote := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	store := FailOpen(remote, FailOpenOptions{})
	results, err := store.BatchExists(soon(t), []string{"a", "b", "c", "d"})
	check(t, err)
	expect(t, "what exists", results[0] == (ItemResult{OK: true}), true)
	for _, missed := range results[1:3] {
		expect(t, "what the store is away for", missed == (ItemResult{}), true)
	}
	expect(t, "what is internal", errors.Is(results[3].Err, ErrInternal), true)
	expect(t, "absorbed", store.Absorbed(), int64(2))
}
