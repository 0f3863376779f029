// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// outcome is how a call, or an item of a batch, ended.
type outcome struct {
	value []byte // Nil for a miss.
	ok    bool   // Stored, deleted or exists.
	count int64
	etag  []byte
	ttl   time.Duration
	err   error
	items []outcome
}

func (s contractStep) make(ctx context.Context, store Store) outcome {
	key := bytesIn(s.Key)
	switch s.Call {
	case "get":
		entry, found, err := store.GetWith(ctx, key, s.getOptions()...)
		if found != (entry.Value != nil) {
			err = fmt.Errorf("found is %t, and the value is %q", found, entry.Value)
		}
		return outcome{value: entry.Value, etag: entry.Etag, ttl: entry.TTL, err: err}
	case "set":
		return s.set(ctx, store)
	case "delete":
		return s.delete(ctx, store)
	case "exists":
		ttl, exists, err := store.ExistsWith(ctx, key, s.existsOptions()...)
		return outcome{ok: exists, ttl: ttl, err: err}
	case "clear":
		return outcome{err: store.Clear(ctx)}
	case "ping":
		return outcome{err: store.Ping(ctx)}
	case "close":
		return outcome{err: store.Close()}
	case "increment":
		var options []IncrementOption
		if s.TTLSeconds != nil {
			options = append(options, TTL(secondsIn(*s.TTLSeconds)))
		}
		count, err := store.Increment(ctx, key, s.Delta, options...)
		return outcome{count: count.Value, ttl: count.TTL, err: err}
	case "batch_get":
		results, err := store.BatchGet(ctx, s.allKeys())
		got := outcome{err: err}
		for _, result := range results {
			got.items = append(got.items, outcome{value: result.Value, err: result.Err})
		}
		return got
	case "batch_set":
		var entries []SetEntry
		for _, entry := range s.Entries {
			entries = append(entries, entry.entry())
		}
		return outcomeOf(store.BatchSet(ctx, entries))
	case "batch_delete":
		return outcomeOf(store.BatchDelete(ctx, s.allKeys()))
	case "batch_exists":
		return outcomeOf(store.BatchExists(ctx, s.allKeys()))
	}
	return outcome{err: errors.New("the runner does not know this call")}
}

func (s contractStep) set(ctx context.Context, store Store) outcome {
	entry := s.entry()
	if entry.Condition.kind == always {
		err := store.Set(ctx, entry.Key, entry.Value, entry.Options...)
		return outcome{ok: err == nil, err: err}
	}
	stored, err := store.SetIf(ctx, entry.Key, entry.Value, entry.Condition, entry.Options...)
	return outcome{ok: stored, err: err}
}

func (s contractStep) delete(ctx context.Context, store Store) outcome {
	if s.IfEtag == nil {
		deleted, err := store.Delete(ctx, bytesIn(s.Key))
		return outcome{ok: deleted, err: err}
	}
	deleted, err := store.DeleteIf(ctx, bytesIn(s.Key), []byte(bytesIn(*s.IfEtag)))
	return outcome{ok: deleted, err: err}
}

func (s contractStep) entry() SetEntry {
	entry := SetEntry{Key: bytesIn(s.Key), Value: []byte(bytesIn(s.Value))}
	switch {
	case s.IfAbsent:
		entry.Condition = IfAbsent()
	case s.IfPresent:
		entry.Condition = IfPresent()
	case s.IfEtag != nil:
		entry.Condition = IfEtag([]byte(bytesIn(*s.IfEtag)))
	}
	if s.TTLSeconds != nil {
		entry.Options = append(entry.Options, TTL(secondsIn(*s.TTLSeconds)))
	}
	if s.KeepTTL {
		entry.Options = append(entry.Options, KeepTTL())
	}
	return entry
}

func (s contractStep) getOptions() (options []GetOption) {
	for _, option := range s.existsOptions() {
		options = append(options, option.(GetOption))
	}
	if s.WantEtag {
		options = append(options, WantEtag())
	}
	return options
}

func (s contractStep) existsOptions() (options []ExistsOption) {
	if s.WantTTL {
		options = append(options, WantTTL())
	}
	if s.TouchSeconds != nil {
		options = append(options, Touch(secondsIn(*s.TouchSeconds)))
	}
	return options
}

func (s contractStep) allKeys() (keys []string) {
	times := 1
	if s.Times != nil {
		times = *s.Times
	}
	for ; times > 0; times-- {
		for _, key := range s.Keys {
			keys = append(keys, bytesIn(key))
		}
	}
	return keys
}

func outcomeOf(results []ItemResult, err error) outcome {
	got := outcome{err: err}
	for _, result := range results {
		got.items = append(got.items, outcome{ok: result.OK, err: result.Err})
	}
	return got
}

// problemWith says what of an outcome is not as expected; "" if all is.
func (e expectation) problemWith(got outcome, step contractStep) string {
	if problem := e.problemWithError(got.err); problem != "" || got.err != nil {
		return problem
	}
	if e.Value != nil && (got.value == nil || string(got.value) != bytesIn(*e.Value)) {
		return fmt.Sprintf("got the value %.60q (%d bytes), want %.60q",
			got.value, len(got.value), *e.Value)
	}
	if e.Miss && got.value != nil {
		return fmt.Sprintf("got the value %.60q, want a miss", got.value)
	}
	wantOK := e.wantOK(step)
	if wantOK != nil && got.ok != *wantOK {
		return fmt.Sprintf("got %t (stored, deleted or exists), want %t", got.ok, *wantOK)
	}
	if e.Count != nil && got.count != asCount(*e.Count) {
		return fmt.Sprintf("got the count %d, want %s", got.count, *e.Count)
	}
	if e.Etag != nil && string(got.etag) != bytesIn(*e.Etag) {
		return fmt.Sprintf("got the etag %x, want %s", got.etag, *e.Etag)
	}
	if r := e.TTLSeconds; r != nil && (got.ttl.Seconds() < r.From || got.ttl.Seconds() > r.To) {
		return fmt.Sprintf("got a TTL of %s, want one from %g to %g s", got.ttl, r.From, r.To)
	}
	return e.problemWithItems(got, step)
}

// wantOK: a Set without a condition has to have stored.
func (e expectation) wantOK(step contractStep) *bool {
	for _, want := range []*bool{e.Stored, e.Deleted, e.Exists} {
		if want != nil {
			return want
		}
	}
	if step.Call == "set" && step.entry().Condition.kind == always {
		stored := true
		return &stored
	}
	return nil
}

func (e expectation) problemWithError(err error) string {
	if e.Error == "" {
		if err != nil {
			return fmt.Sprintf("got the error %q, want none", err)
		}
		return ""
	}
	var failed *Error
	if !errors.As(err, &failed) {
		return fmt.Sprintf("got %v, want a *Error that is %s", err, e.Error)
	}
	if nameOf(failed.Code) != e.Error || !errors.Is(err, sentinel(failed.Code)) ||
		failed.Code == codes.OK {
		return fmt.Sprintf("got the error %q, want %s", err, e.Error)
	}
	for _, word := range e.Mentions {
		if !strings.Contains(err.Error(), word) {
			return fmt.Sprintf("got the error %q, want one that mentions %q", err, word)
		}
	}
	return ""
}

func (e expectation) problemWithItems(got outcome, step contractStep) string {
	if e.Results != nil && len(e.Results) != len(got.items) {
		return fmt.Sprintf("got %d results, want %d", len(got.items), len(e.Results))
	}
	for i, item := range got.items {
		want, of := expectation{}, contractStep{}
		if e.Results != nil {
			want = e.Results[i]
		}
		if step.Call == "batch_set" {
			of = step.Entries[i]
			of.Call = "set"
		}
		if problem := want.problemWith(item, of); problem != "" {
			return fmt.Sprintf("result %d: %s", i, problem)
		}
	}
	return ""
}

// bytesIn reads a Bytes of the contract.
func bytesIn(text string) string {
	kind, rest, _ := strings.Cut(text, ":")
	switch kind {
	case "hex":
		decoded, err := hex.DecodeString(rest)
		if err != nil {
			panic("no hexadecimal digits: " + text)
		}
		return string(decoded)
	case "repeat":
		times, unit, _ := strings.Cut(rest, ":")
		number, err := strconv.Atoi(times)
		if err != nil {
			panic("no number of times: " + text)
		}
		return strings.Repeat(unit, number)
	case "sha1":
		digest := sha1.Sum([]byte(rest))
		return string(digest[:])
	}
	return text
}

func secondsIn(number float64) time.Duration { return time.Duration(number * float64(time.Second)) }
