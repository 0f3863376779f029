// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
	"github.com/cachestore/cachestore/client/go/internal/spec"
)

const mebibyte = 1 << 20

// longKeys gives so many of 64 KiB; a request takes 62 of them, and no more.
func longKeys(number int) []string {
	keys := make([]string, number)
	for i := range keys {
		keys[i] = fmt.Sprintf("%0*d", 64<<10, i)
	}
	return keys
}

func TestABatchThatIsTooLargeForOneRequestIsSentInParts(t *testing.T) {
	store := openRemote(t, RemoteOptions{URL: startServer(t, "--max_key_bytes=64KiB").url()})
	ctx := soon(t)
	keys := longKeys(130)
	var entries []SetEntry
	for i, key := range keys[:129] {
		entries = append(entries, SetEntry{Key: key, Value: []byte(fmt.Sprint(i))})
	}
	stored, err := store.BatchSet(ctx, entries)
	check(t, err)
	expect(t, "stored", countOK(t, stored), 129)

	got, err := store.BatchGet(ctx, keys)
	check(t, err)
	for i, result := range got[:129] {
		check(t, result.Err)
		expect(t, "value", string(result.Value), fmt.Sprint(i))
	}
	expect(t, "whether what is absent is found", got[129].Found, false)

	exist, err := store.BatchExists(ctx, keys)
	check(t, err)
	expect(t, "exist", countOK(t, exist), 129)
	deleted, err := store.BatchDelete(ctx, keys[1:])
	check(t, err)
	expect(t, "deleted", countOK(t, deleted), 128)
	exist, err = store.BatchExists(ctx, keys)
	check(t, err)
	expect(t, "exist at the end", countOK(t, exist), 1)
}

func countOK(t *testing.T, results []ItemResult) (number int) {
	t.Helper()
	for _, result := range results {
		check(t, result.Err)
		if result.OK {
			number++
		}
	}
	return number
}

func TestABatchThatJustFitsIsOnePart(t *testing.T) {
	// A byte for the field of each, 3 and 4 for their lengths.
	keys := []string{strings.Repeat("a", mebibyte), strings.Repeat("b", spec.MaxBatchBytes-mebibyte-9)}
	request := &pb.BatchExistsRequest{Keys: bytesOf(keys)}
	expect(t, "bytes of the request", proto.Size(request), spec.MaxBatchBytes)
	expect(t, "parts", len(split(request.Keys, lengthOf)), 1)
	keys[1] += "b"
	expect(t, "parts of one byte more", len(split(bytesOf(keys), lengthOf)), 2)
}

func TestAnEntryThatALaterPartRefusesIsNamedByItsPlaceInTheBatch(t *testing.T) {
	store := openRemote(t, RemoteOptions{URL: startServer(t).url()})
	var entries []SetEntry
	for _, key := range []string{"a", "b", "c", "d", ""} {
		entries = append(entries, SetEntry{Key: key, Value: make([]byte, mebibyte)})
	}
	_, err := store.BatchSet(soon(t), entries)
	expect(t, "is refused", errors.Is(err, ErrInvalidArgument), true)
	expectMentions(t, err, "entries[4].key", "the first 3 were sent and are done")
	exists, err := store.BatchExists(soon(t), []string{"a", "b", "c", "d"})
	check(t, err)
	expect(t, "what is stored", countOK(t, exists), 3)
}

// existing answers a BatchExists that all of so many exist.
func existing(number int) proto.Message {
	results := make([]*pb.BatchExistsResult, number)
	for i := range results {
		results[i] = &pb.BatchExistsResult{Exists: true}
	}
	return &pb.BatchExistsResponse{Results: results}
}

func TestWhereALaterPartFailsItsItemsDo(t *testing.T) {
	service := startAnsweringService(t, func(_ string, number int) (proto.Message, error) {
		if number == 1 {
			return existing(62), nil
		}
		return nil, status.Error(codes.ResourceExhausted, "so it was to be")
	})
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	results, err := store.BatchExists(soon(t), longKeys(130))
	check(t, err)
	expect(t, "calls", service.count("BatchExists"), 2)
	expect(t, "results", len(results), 130)
	for i, result := range results {
		expect(t, "whether it exists", result.OK, i < 62)
		expect(t, "whether it failed", errors.Is(result.Err, ErrResourceExhausted), i >= 62)
	}
	expectMentions(t, results[62].Err, "BatchExists of a key (65536 bytes, sha256 ", service.address)
	if results[62].Err.Error() == results[63].Err.Error() {
		t.Errorf("two keys have one error: %s", results[62].Err)
	}
}

func TestWhoCancelsABatchInALaterPartHasCancelledAllOfIt(t *testing.T) {
	ctx, cancel := context.WithCancel(soon(t))
	service := startAnsweringService(t, func(_ string, number int) (proto.Message, error) {
		if number == 2 {
			cancel()
		}
		return existing(62), nil
	})
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	results, err := store.BatchExists(ctx, longKeys(130))
	expect(t, "is context.Canceled", errors.Is(err, context.Canceled), true)
	expect(t, "results", len(results), 0)
}

func TestAnAnswerThatCannotBeReadIsInternal(t *testing.T) {
	cut := []byte{0xff}
	for name, answer := range map[string]proto.Message{
		"more results than keys":  existing(3),
		"fewer results than keys": existing(1),
		"no message":              &pb.BatchGetRequest{Keys: [][]byte{cut}},
	} {
		answer := answer
		service := startAnsweringService(t, func(string, int) (proto.Message, error) {
			return answer, nil
		})
		store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
		ctx, keys := soon(t), []string{"a", "b"}
		_, got := store.BatchGet(ctx, keys)
		_, stored := store.BatchSet(ctx, []SetEntry{{Key: "a"}, {Key: "b"}})
		_, deleted := store.BatchDelete(ctx, keys)
		_, exist := store.BatchExists(ctx, keys)
		for _, err := range []error{got, stored, deleted, exist} {
			expect(t, name+" is internal", errors.Is(err, ErrInternal), true)
			expectMentions(t, err, " at "+service.address+" after ", "look at the log of the service")
		}
	}
}

func TestAnItemsErrorSaysAllThatACallsErrorSays(t *testing.T) {
	service := startAnsweringService(t, func(string, int) (proto.Message, error) {
		return &pb.BatchDeleteResponse{Results: []*pb.BatchDeleteResult{
			{Deleted: true},
			{Error: &pb.ItemError{Code: int32(codes.Unavailable), Message: "the store is away"}},
			{Error: &pb.ItemError{Message: "no code"}},
		}}, nil
	})
	store := openRemote(t, RemoteOptions{URL: "grpc://" + service.address})
	results, err := store.BatchDelete(soon(t), []string{"a", "secret key", "c"})
	check(t, err)
	expect(t, "the first", results[0] == (ItemResult{OK: true}), true)
	var failed *Error
	if !errors.As(results[1].Err, &failed) {
		t.Fatalf("got %v, want a *Error", results[1].Err)
	}
	expect(t, "code", failed.Code, codes.Unavailable)
	expect(t, "operation", failed.Operation, "BatchDelete")
	expect(t, "key's length", failed.KeyBytes, 10)
	expect(t, "key's hash", failed.KeyHash, "66859b7a")
	expect(t, "address", failed.Address, service.address)
	expect(t, "whether time has passed", failed.Elapsed > 0, true)
	expectMentions(t, failed, "the store is away", "is cache_server running?")
	expectMentions(t, results[2].Err, "UNKNOWN: no code")
}

func TestABatchInFlightEndsAsItWouldHaveWhenTheClientCloses(t *testing.T) {
	var store *Remote
	service := startAnsweringService(t, func(_ string, number int) (proto.Message, error) {
		if number == 1 {
			_ = store.Close()
		}
		return existing([]int{62, 62, 6}[number-1]), nil
	})
	store = openRemote(t, RemoteOptions{URL: "grpc://" + service.address, MaxCallsInFlight: 1})
	results, err := store.BatchExists(soon(t), longKeys(130))
	check(t, err)
	expect(t, "exist", countOK(t, results), 130)
	_, err = store.BatchExists(soon(t), []string{"k"})
	expect(t, "one after it is refused", errors.Is(err, ErrFailedPrecondition), true)
}

func TestABatchGetBringsAlsoWhatItsReplyHasNoRoomFor(t *testing.T) {
	store := openRemote(t, RemoteOptions{URL: startServer(t).url()})
	ctx := soon(t)
	var keys []string
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		keys = append(keys, key)
		check(t, store.Set(ctx, key, []byte(strings.Repeat(key, 1<<20))))
	}
	results, err := store.BatchGet(ctx, append(keys, "absent"))
	check(t, err)
	for i, key := range keys {
		check(t, results[i].Err)
		expect(t, key, string(results[i].Value) == strings.Repeat(key, 1<<20), true)
	}
	expect(t, "whether what is absent is found", results[len(keys)].Found, false)
}
