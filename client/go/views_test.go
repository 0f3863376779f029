// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

func TestAViewPutsItsPrefixBeforeEachKey(t *testing.T) {
	store := openMemory(t, MemoryOptions{})
	users := WithPrefix(store, "user:")
	ctx := soon(t)
	check(t, users.Set(ctx, "1", []byte("one")))
	_, err := users.BatchSet(ctx, []SetEntry{{Key: "2", Value: []byte("two")}})
	check(t, err)
	_, err = users.Increment(ctx, "n", 3)
	check(t, err)
	for key, want := range map[string]string{"user:1": "one", "user:2": "two", "user:n": "3"} {
		value, _, err := store.Get(ctx, key)
		check(t, err)
		expect(t, key, string(value), want)
	}
	nested, _, err := WithPrefix(users, "n").GetWith(ctx, "", WantEtag())
	expect(t, "an empty key is refused", errors.Is(err, ErrInvalidArgument), true)
	expect(t, "and reads nothing", nested.Value == nil, true)
	results, err := users.BatchExists(ctx, []string{"1", "user:1"})
	check(t, err)
	expect(t, "what is there", results[0].OK && !results[1].OK, true)
}

func TestAViewClosesNothingAndClearsNothing(t *testing.T) {
	store := openMemory(t, MemoryOptions{})
	view := WithPrefix(store, "user:")
	check(t, view.Set(soon(t), "1", nil))
	err := view.Clear(soon(t))
	expect(t, "Clear is refused", errors.Is(err, ErrFailedPrecondition), true)
	expectMentions(t, err, "prefix")
	check(t, view.Close())
	exists, err := view.Exists(soon(t), "1")
	check(t, err)
	expect(t, "what was there is there", exists, true)
}

func TestViewsPassTheContractsCases(t *testing.T) {
	for file, contract := range readContracts(t) {
		if backend := contract.Settings["backend"]; backend != "" && backend != "memory" {
			continue
		}
		t.Run(file, func(t *testing.T) {
			play(t, contract, func(t *testing.T) Store {
				return FailOpen(Observe(openInProcess(t, contract.Settings), &recorder{}), FailOpenOptions{})
			})
		})
	}
}

// recorder keeps what it is told.
type recorder struct{ calls []Call }

func (r *recorder) CallEnded(call Call) { r.calls = append(r.calls, call) }

func TestAnObserverIsToldOfHitsMissesErrorsAndLatency(t *testing.T) {
	told := &recorder{}
	scripted := newScripted(t, codes.Internal)
	store := Observe(scripted, told)
	ctx := soon(t)
	check(t, store.Set(ctx, "a", []byte("v")))
	_, _, err := store.Get(ctx, "a")
	scripted.err = nil
	_, _, _ = store.Get(ctx, "a")
	_, _, _ = store.Get(ctx, "b")
	_, _ = store.BatchGet(ctx, []string{"a", "b", "c"})
	want := []Call{
		{Operation: "Set"}, {Operation: "Get", Err: err}, {Operation: "Get", Hits: 1},
		{Operation: "Get", Misses: 1}, {Operation: "BatchGet", Hits: 1, Misses: 2},
	}
	expect(t, "calls", len(told.calls), len(want))
	for i, call := range told.calls {
		expect(t, "whether time passed in "+call.Operation, call.Elapsed >= 0, true)
		call.Elapsed = 0
		if call != want[i] {
			t.Errorf("got %+v, want %+v", call, want[i])
		}
	}
}

func TestAnEntryExpiresByTheClockThatIsGiven(t *testing.T) {
	clock := newFakeClock()
	store := openMemory(t, MemoryOptions{Now: clock.now})
	ctx := soon(t)
	check(t, store.Set(ctx, "k", []byte("v"), TTL(1500*time.Microsecond)))
	clock.advance(2*time.Millisecond - 1)
	entry, found, err := store.GetWith(ctx, "k", WantTTL())
	check(t, err)
	expect(t, "a moment before", found, true)
	expect(t, "what remains, rounded up", entry.TTL, time.Millisecond)
	clock.advance(1)
	_, found, err = store.Get(ctx, "k")
	check(t, err)
	expect(t, "at its end", found, false)
}

func TestMemoryKeepsNoSliceOfItsCallers(t *testing.T) {
	store := openMemory(t, MemoryOptions{})
	value := []byte("one")
	check(t, store.Set(soon(t), "k", value))
	value[0] = 'X'
	got, _, err := store.Get(soon(t), "k")
	check(t, err)
	got[1] = 'X'
	again, _, err := store.Get(soon(t), "k")
	check(t, err)
	expect(t, "value", string(again), "one")
}
