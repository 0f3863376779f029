// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

func TestWhatMayBeRepeatedIsMadeFourTimes(t *testing.T) {
	service := startFakeService(t, codes.Unavailable)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	ctx := soon(t)
	entries := []SetEntry{{Key: "k", Value: []byte("v"), Options: []SetOption{TTL(time.Minute)}}}
	calls := map[string]func() error{
		"Get":         func() error { _, _, err := store.Get(ctx, "k"); return err },
		"Exists":      func() error { _, err := store.Exists(ctx, "k"); return err },
		"Ping":        func() error { return store.Ping(ctx) },
		"Clear":       func() error { return store.Clear(ctx) },
		"Set":         func() error { return store.Set(ctx, "k", make([]byte, 1<<20), TTL(time.Minute)) },
		"BatchGet":    func() error { _, err := store.BatchGet(ctx, []string{"k"}); return err },
		"BatchExists": func() error { _, err := store.BatchExists(ctx, []string{"k"}); return err },
		"BatchSet":    func() error { _, err := store.BatchSet(ctx, entries); return err },
	}
	for method, call := range calls {
		expect(t, method+" is unavailable", errors.Is(call(), ErrUnavailable), true)
		expect(t, "how often "+method+" was made", service.count(method), 4)
	}
}

func TestWhatMustNotBeRepeatedIsMadeOnce(t *testing.T) {
	ctx := soon(t)
	cases := []struct {
		name, method string
		call         func(store Store) error
	}{
		{"a Get that touches", "Get", func(s Store) error {
			_, _, err := s.GetWith(ctx, "k", Touch(time.Minute))
			return err
		}},
		{"an Exists that touches", "Exists", func(s Store) error {
			_, _, err := s.ExistsWith(ctx, "k", Touch(time.Minute))
			return err
		}},
		{"a Set with a condition", "Set", func(s Store) error {
			_, err := s.SetIf(ctx, "k", nil, IfAbsent())
			return err
		}},
		{"a Set that keeps the TTL", "Set", func(s Store) error {
			return s.Set(ctx, "k", nil, KeepTTL())
		}},
		{"a BatchSet with a condition", "BatchSet", func(s Store) error {
			_, err := s.BatchSet(ctx, []SetEntry{{Key: "a"}, {Key: "b", Condition: IfPresent()}})
			return err
		}},
		{"a Delete", "Delete", func(s Store) error { _, err := s.Delete(ctx, "k"); return err }},
		{"a BatchDelete", "BatchDelete", func(s Store) error {
			_, err := s.BatchDelete(ctx, []string{"k"})
			return err
		}},
		{"an Increment", "Increment", func(s Store) error {
			_, err := s.Increment(ctx, "k", 1)
			return err
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			service := startFakeService(t, codes.Unavailable)
			store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
			expect(t, "it is unavailable", errors.Is(c.call(store), ErrUnavailable), true)
			expect(t, "how often it was made", service.count(c.method), 1)
		})
	}
}

func TestACallThatTheServiceCancelsIsUnavailable(t *testing.T) {
	service := startFakeService(t, codes.Canceled)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	_, _, err := store.Get(soon(t), "k")
	expect(t, "is unavailable", errors.Is(err, ErrUnavailable), true)
	expectMentions(t, err, "so it was to be", "try again")
}

func TestACallThatItsCallerCancelsIsCancelled(t *testing.T) {
	service := startHoldingService(t)
	defer close(service.goOn)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	ctx, cancel := context.WithCancel(soon(t))
	go func() {
		<-service.arrived
		cancel()
	}()
	_, _, err := store.Get(ctx, "k")
	expect(t, "is context.Canceled", errors.Is(err, context.Canceled), true)
	expect(t, "is unavailable", errors.Is(err, ErrUnavailable), false)
}

func TestCallsBeyondThoseInFlightAreRefusedAtOnce(t *testing.T) {
	service := startHoldingService(t)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address, MaxCallsInFlight: 2})
	ctx := soon(t)
	ended := make(chan error, 2)
	for i := 0; i < 2; i++ {
		go func() { ended <- store.Ping(ctx) }()
	}
	<-service.arrived
	<-service.arrived
	err := store.Ping(ctx)
	expect(t, "is exhausted", errors.Is(err, ErrResourceExhausted), true)
	expectMentions(t, err, "2 calls are in flight", "max_calls_in_flight")
	close(service.goOn)
	for i := 0; i < 2; i++ {
		expect(t, "one in flight is refused", errors.Is(<-ended, ErrResourceExhausted), false)
	}
	expect(t, "one after them is refused", errors.Is(store.Ping(ctx), ErrResourceExhausted), false)
}

func TestACallInFlightEndsAsItWouldHaveWhenTheClientCloses(t *testing.T) {
	service := startHoldingService(t)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	ended := make(chan error, 1)
	go func() { ended <- store.Ping(context.Background()) }()
	<-service.arrived
	check(t, store.Close())
	close(service.goOn)
	expectMentions(t, <-ended, "so it was to be")
}

func TestCloseLeavesTheServiceAlone(t *testing.T) {
	url := startServer(t).url()
	first, second := openRemote(t, RemoteOptions{URL: url}), openRemote(t, RemoteOptions{URL: url})
	ctx := soon(t)
	check(t, first.Set(ctx, "k", []byte("v")))
	check(t, first.Close())
	value, _, err := second.Get(ctx, "k")
	check(t, err)
	expect(t, "what another client reads", string(value), "v")
}

func TestAnErrorSaysWhatWhereAndWhatToDoAndNeverTheKey(t *testing.T) {
	address := unusedAddress(t)
	store := openRemote(t, RemoteOptions{URL: "grpc://" + address})
	err := store.Set(soon(t), "secret key", []byte("secret value"))
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("got %v, want a *Error", err)
	}
	expect(t, "code", failed.Code, codes.Unavailable)
	expect(t, "operation", failed.Operation, "Set")
	expect(t, "key's length", failed.KeyBytes, 10)
	expect(t, "key's hash", failed.KeyHash, "66859b7a")
	expect(t, "address", failed.Address, address)
	expect(t, "whether time has passed", failed.Elapsed > 0, true)
	expectMentions(t, err, "Set of a key (10 bytes, sha256 66859b7a)", address, "UNAVAILABLE",
		"connection refused", "is cache_server running? try cachectl ping")
	expect(t, "whether it tells a secret", strings.Contains(err.Error(), "secret"), false)
}
