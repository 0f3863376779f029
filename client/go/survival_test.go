// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
)

func TestAServerThatWasRestartedIsFoundAgain(t *testing.T) {
	first := startServer(t)
	store := openRemote(t, RemoteOptions{URL: first.url()})
	ctx := soon(t)
	check(t, store.Set(ctx, "k", []byte("one")))
	first.stop()
	_, _, err := store.Get(ctx, "k")
	expect(t, "while it is away it is unavailable", errors.Is(err, ErrUnavailable), true)
	startServerAt(t, first.address, servingOnPort)
	for {
		_, found, err := store.Get(ctx, "k")
		if err == nil {
			expect(t, "the new one has an entry of the old one", found, false)
			return
		}
		if !errors.Is(err, ErrUnavailable) {
			t.Fatal(err)
		}
	}
}

func TestAServerThatIsStoppedIsUnavailableWithinTheDeadline(t *testing.T) {
	server := startServer(t)
	store := openRemote(t, RemoteOptions{URL: server.url()})
	check(t, store.Ping(soon(t)))
	server.stop()
	expect(t, "is unavailable", errors.Is(store.Ping(soon(t)), ErrUnavailable), true)
}

func TestAServerThatHangsExceedsTheDeadline(t *testing.T) {
	server := startServer(t)
	store := openRemote(t, RemoteOptions{URL: server.url(), Timeout: 100 * time.Millisecond})
	check(t, store.Ping(soon(t)))
	server.halt()
	expectDeadlineExceeded(t, store)
	check(t, server.command.Process.Signal(syscall.SIGCONT))
	check(t, store.Ping(soon(t)))
}

func TestASocketThatNeverAnswersExceedsTheDeadline(t *testing.T) {
	store := openRemote(t, RemoteOptions{
		URL: "grpc://" + listenAndNeverAnswer(t), Timeout: 100 * time.Millisecond,
	})
	expectDeadlineExceeded(t, store)
}

func TestWithoutADeadlineACallHasTheDefaultOne(t *testing.T) {
	store := openRemote(t, RemoteOptions{})
	var deadline time.Time
	take := func(ctx context.Context, _ grpc.ClientConnInterface) error {
		deadline, _ = ctx.Deadline()
		return nil
	}
	before := time.Now()
	check(t, store.connection.call(withoutDeadline, "Get", "k", true, take))
	earliest, latest := before.Add(5*time.Second), time.Now().Add(5*time.Second)
	if deadline.Before(earliest) || deadline.After(latest) {
		t.Errorf("got the deadline %s, want one from %s to %s", deadline, earliest, latest)
	}
	ctx := soon(t)
	want, _ := ctx.Deadline()
	check(t, store.connection.call(ctx, "Get", "k", true, take))
	expect(t, "the deadline that is given", deadline, want)
}

// expectDeadlineExceeded makes every kind of call, without a deadline of its own.
func expectDeadlineExceeded(t *testing.T, store Store) {
	t.Helper()
	ctx := withoutDeadline
	calls := map[string]func() error{
		"Get":       func() error { _, _, err := store.Get(ctx, "k"); return err },
		"Exists":    func() error { _, err := store.Exists(ctx, "k"); return err },
		"Set":       func() error { return store.Set(ctx, "k", []byte("v")) },
		"SetIf":     func() error { _, err := store.SetIf(ctx, "k", nil, IfAbsent()); return err },
		"Delete":    func() error { _, err := store.Delete(ctx, "k"); return err },
		"Increment": func() error { _, err := store.Increment(ctx, "k", 1); return err },
		"BatchGet":  func() error { _, err := store.BatchGet(ctx, []string{"k"}); return err },
		"BatchSet":  func() error { _, err := store.BatchSet(ctx, []SetEntry{{Key: "k"}}); return err },
		"Clear":     func() error { return store.Clear(ctx) },
		"Ping":      func() error { return store.Ping(ctx) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, ErrDeadlineExceeded) {
			t.Errorf("%s: got %v, want DEADLINE_EXCEEDED", name, err)
		}
	}
}

func TestAThousandConcurrentCallsAreAllAnswered(t *testing.T) {
	store := openRemote(t, RemoteOptions{URL: startServer(t).url()})
	ctx := soon(t)
	errs := make(chan error, 1000)
	var all sync.WaitGroup
	for i := 0; i < 1000; i++ {
		all.Add(1)
		go func(key string) {
			defer all.Done()
			if err := store.Set(ctx, key, []byte(key)); err != nil {
				errs <- err
				return
			}
			value, _, err := store.Get(ctx, key)
			if err == nil && string(value) != key {
				err = fmt.Errorf("read %q under %q", value, key)
			}
			errs <- err
		}(fmt.Sprintf("key %d", i))
	}
	all.Wait()
	for i := 0; i < 1000; i++ {
		check(t, <-errs)
	}
}
