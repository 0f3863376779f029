// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"
	"sync"

	"google.golang.org/protobuf/proto"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
)

// BatchGet is as Store says. Values for which the reply had no room are read by Gets, within the
// deadline of the batch.
func (r *Remote) BatchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	kind := batch[[]byte, *pb.BatchGetResult, GetResult]{
		operation: "BatchGet",
		mayRepeat: true,
		keyOf:     keyItself,
		bytesOf:   lengthOf,
		send: func(
			ctx context.Context, client pb.CacheBatchClient, keys [][]byte,
		) ([]*pb.BatchGetResult, error) {
			reply, err := client.BatchGet(ctx, &pb.BatchGetRequest{Keys: keys})
			return reply.GetResults(), err
		},
		success: func(answer *pb.BatchGetResult) GetResult {
			return GetResult{Value: answer.Value, Found: answer.Value != nil}
		},
		failure: func(err error) GetResult { return GetResult{Err: err} },
	}
	ctx, end, refused := r.connection.begin(ctx)
	if refused != nil {
		return nil, r.connection.complete(refused, kind.operation, "", 0)
	}
	defer end()
	results, err := kind.run(ctx, r.connection, bytesOf(keys))
	if err != nil {
		return nil, err
	}
	return r.readAlone(ctx, keys, results)
}

// readAlone completes results by Gets for what had no room: as many at a time as keep both sides
// busy.
func (r *Remote) readAlone(
	ctx context.Context, keys []string, results []GetResult,
) ([]GetResult, error) {
	places := make(chan int, len(results))
	for i, result := range results {
		if errors.Is(result.Err, ErrResourceExhausted) {
			places <- i
		}
	}
	close(places)
	workers := len(places)
	if workers > 8 {
		workers = 8
	}
	var all sync.WaitGroup
	for ; workers > 0; workers-- {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range places {
				results[i] = r.getWithin(ctx, keys[i])
			}
		}()
	}
	all.Wait()
	for _, result := range results {
		if errors.Is(result.Err, context.Canceled) {
			return nil, result.Err
		}
	}
	return results, nil
}

// getWithin is a Get that is part of an operation.
func (r *Remote) getWithin(ctx context.Context, key string) GetResult {
	var reply *pb.GetResponse
	get := getting(&pb.GetRequest{Key: []byte(key)}, &reply)
	if err := r.connection.exchange(ctx, "Get", key, true, get); err != nil {
		return GetResult{Err: err}
	}
	return GetResult{Value: reply.Value, Found: reply.Value != nil}
}

// BatchSet is as Store says.
func (r *Remote) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	requests := make([]*pb.SetRequest, len(entries))
	repeat := true
	for i, entry := range entries {
		requests[i] = setRequestOf(entry)
		repeat = repeat && mayRepeat(requests[i])
	}
	return batch[*pb.SetRequest, *pb.BatchSetResult, ItemResult]{
		operation: "BatchSet",
		mayRepeat: repeat,
		keyOf:     (*pb.SetRequest).GetKey,
		bytesOf:   func(entry *pb.SetRequest) int { return proto.Size(entry) },
		send: func(
			ctx context.Context, client pb.CacheBatchClient, entries []*pb.SetRequest,
		) ([]*pb.BatchSetResult, error) {
			reply, err := client.BatchSet(ctx, &pb.BatchSetRequest{Entries: entries})
			return reply.GetResults(), err
		},
		success: func(answer *pb.BatchSetResult) ItemResult { return ItemResult{OK: answer.Stored} },
		failure: failedItem,
	}.call(ctx, r.connection, requests)
}

// BatchDelete is as Store says.
func (r *Remote) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	return batch[[]byte, *pb.BatchDeleteResult, ItemResult]{
		operation: "BatchDelete",
		keyOf:     keyItself,
		bytesOf:   lengthOf,
		send: func(
			ctx context.Context, client pb.CacheBatchClient, keys [][]byte,
		) ([]*pb.BatchDeleteResult, error) {
			reply, err := client.BatchDelete(ctx, &pb.BatchDeleteRequest{Keys: keys})
			return reply.GetResults(), err
		},
		success: func(answer *pb.BatchDeleteResult) ItemResult { return ItemResult{OK: answer.Deleted} },
		failure: failedItem,
	}.call(ctx, r.connection, bytesOf(keys))
}

// BatchExists is as Store says.
func (r *Remote) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	return batch[[]byte, *pb.BatchExistsResult, ItemResult]{
		operation: "BatchExists",
		mayRepeat: true,
		keyOf:     keyItself,
		bytesOf:   lengthOf,
		send: func(
			ctx context.Context, client pb.CacheBatchClient, keys [][]byte,
		) ([]*pb.BatchExistsResult, error) {
			reply, err := client.BatchExists(ctx, &pb.BatchExistsRequest{Keys: keys})
			return reply.GetResults(), err
		},
		success: func(answer *pb.BatchExistsResult) ItemResult { return ItemResult{OK: answer.Exists} },
		failure: failedItem,
	}.call(ctx, r.connection, bytesOf(keys))
}

func keyItself(key []byte) []byte { return key }

func lengthOf(key []byte) int { return len(key) }

func failedItem(err error) ItemResult { return ItemResult{Err: err} }

func bytesOf(keys []string) [][]byte {
	all := make([][]byte, len(keys))
	for i, key := range keys {
		all[i] = []byte(key)
	}
	return all
}

func setRequestOf(entry SetEntry) *pb.SetRequest {
	options := setOptionsOf(entry.Options)
	request := &pb.SetRequest{
		Key:     []byte(entry.Key),
		Value:   entry.Value,
		Ttl:     durationOf(options.ttl),
		KeepTtl: options.keepTTL,
	}
	switch entry.Condition.kind {
	case ifAbsent:
		request.Condition = &pb.SetRequest_IfAbsent{IfAbsent: true}
	case ifPresent:
		request.Condition = &pb.SetRequest_IfPresent{IfPresent: true}
	case ifEtag:
		request.Condition = &pb.SetRequest_IfEtag{IfEtag: entry.Condition.etag}
	}
	return request
}

// mayRepeat: not where it depends on what is stored.
func mayRepeat(request *pb.SetRequest) bool { return request.Condition == nil && !request.KeepTtl }
