// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"errors"
	"strings"
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

func TestStoresOfThisProcessRefuseInTheWordsOfTheService(t *testing.T) {
	service := openRemote(t, RemoteOptions{URL: startServer(t).url()})
	inProcess := map[string]Store{
		"memory": openMemory(t, MemoryOptions{}), "none": openFrom(t, nil),
	}
	ctx := soon(t)
	long := strings.Repeat("k", 1025)
	calls := map[string]func(Store) error{
		"empty key": func(s Store) error {
			_, _, err := s.Get(ctx, "")
			return err
		},
		"long key": func(s Store) error {
			_, err := s.Exists(ctx, long)
			return err
		},
		"large value": func(s Store) error {
			return s.Set(ctx, "k", make([]byte, 1<<20+1))
		},
		"TTL of 0": func(s Store) error {
			return s.Set(ctx, "k", nil, TTL(0))
		},
		"long TTL": func(s Store) error {
			return s.Set(ctx, "k", nil, TTL(8760*time.Hour+time.Second))
		},
		"TTL and keep": func(s Store) error {
			return s.Set(ctx, "k", nil, TTL(time.Second), KeepTTL())
		},
		"short TTL": func(s Store) error {
			return s.Set(ctx, "k", nil, TTL(-1500*time.Nanosecond))
		},
		"touch": func(s Store) error {
			_, _, err := s.GetWith(ctx, "k", Touch(-time.Minute))
			return err
		},
		"no etag": func(s Store) error {
			_, err := s.DeleteIf(ctx, "k", nil)
			return err
		},
		"no keys": func(s Store) error {
			_, err := s.BatchGet(ctx, nil)
			return err
		},
		"bad key": func(s Store) error {
			_, err := s.BatchDelete(ctx, []string{"k", long})
			return err
		},
		"bad entry": func(s Store) error {
			_, err := s.BatchSet(ctx, []SetEntry{{Key: ""}})
			return err
		},
		"many keys": func(s Store) error {
			_, err := s.BatchExists(ctx, make([]string, 1001))
			return err
		},
	}
	for name, call := range calls {
		want := wordsOf(t, call(service))
		for backend, store := range inProcess {
			told := &recorder{}
			expect(t, name+" in "+backend, wordsOf(t, call(Observe(store, told))), want)
			expect(t, "calls that the observer of "+backend+" is told of", len(told.calls), 1)
			expect(t, "the error it is told", wordsOf(t, told.calls[0].Err), want)
		}
	}
}

func TestMemoryCountsNoTextInTheWordsOfTheService(t *testing.T) {
	var words []string
	for _, store := range []Store{
		openRemote(t, RemoteOptions{URL: startServer(t).url()}), openMemory(t, MemoryOptions{}),
	} {
		check(t, store.Set(soon(t), "text", []byte("no number")))
		_, err := store.Increment(soon(t), "text", 1)
		words = append(words, wordsOf(t, err))
	}
	expect(t, "words of memory", words[1], words[0])
}

// wordsOf gives the code and the message of an error.
func wordsOf(t *testing.T, err error) string {
	t.Helper()
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a *Error", err)
	}
	return failed.Code.String() + ": " + failed.Message
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
