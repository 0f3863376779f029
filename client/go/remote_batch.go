// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
)

// BatchGet is as Store says. Values for which the reply had no room are fetched by Gets, one after
// the other, within the deadline of the batch.
func (r *Remote) BatchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	ctx, cancel := r.connection.bounded(ctx)
	defer cancel()
	results, err := r.batchGet(ctx, keys)
	for i := range results {
		if errors.Is(results[i].Err, ErrResourceExhausted) {
			value, found, err := r.Get(ctx, keys[i])
			results[i] = GetResult{Value: value, Found: found, Err: err}
		}
	}
	return results, err
}

func (r *Remote) batchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	request := &pb.BatchGetRequest{Keys: bytesOf(keys)}
	var results []GetResult
	err := r.batch(ctx, "BatchGet", true, func(ctx context.Context, client pb.CacheBatchClient) error {
		reply, err := client.BatchGet(ctx, request)
		for i, item := range reply.GetResults() {
			results = append(results, GetResult{
				Value: item.Value,
				Found: item.Value != nil,
				Err:   r.itemError("BatchGet", keyAt(keys, i), item.Error),
			})
		}
		return err
	})
	return checked(results, len(keys), err, r, "BatchGet")
}

// BatchSet is as Store says.
func (r *Remote) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	request := &pb.BatchSetRequest{}
	repeat := true
	for _, entry := range entries {
		request.Entries = append(request.Entries, setRequestOf(entry))
		repeat = repeat && mayRepeat(request.Entries[len(request.Entries)-1])
	}
	var results []ItemResult
	err := r.batch(ctx, "BatchSet", repeat, func(ctx context.Context, client pb.CacheBatchClient) error {
		reply, err := client.BatchSet(ctx, request)
		for i, item := range reply.GetResults() {
			key := ""
			if i < len(entries) {
				key = entries[i].Key
			}
			results = append(results, ItemResult{item.Stored, r.itemError("BatchSet", key, item.Error)})
		}
		return err
	})
	return checked(results, len(entries), err, r, "BatchSet")
}

// BatchDelete is as Store says.
func (r *Remote) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	request := &pb.BatchDeleteRequest{Keys: bytesOf(keys)}
	var results []ItemResult
	err := r.batch(ctx, "BatchDelete", false, func(ctx context.Context, client pb.CacheBatchClient) error {
		reply, err := client.BatchDelete(ctx, request)
		for i, item := range reply.GetResults() {
			results = append(results,
				ItemResult{item.Deleted, r.itemError("BatchDelete", keyAt(keys, i), item.Error)})
		}
		return err
	})
	return checked(results, len(keys), err, r, "BatchDelete")
}

// BatchExists is as Store says.
func (r *Remote) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	request := &pb.BatchExistsRequest{Keys: bytesOf(keys)}
	var results []ItemResult
	err := r.batch(ctx, "BatchExists", true, func(ctx context.Context, client pb.CacheBatchClient) error {
		reply, err := client.BatchExists(ctx, request)
		for i, item := range reply.GetResults() {
			results = append(results,
				ItemResult{item.Exists, r.itemError("BatchExists", keyAt(keys, i), item.Error)})
		}
		return err
	})
	return checked(results, len(keys), err, r, "BatchExists")
}

func (r *Remote) batch(ctx context.Context, operation string, mayRepeat bool,
	rpc func(context.Context, pb.CacheBatchClient) error,
) error {
	return r.connection.call(ctx, operation, "", mayRepeat,
		func(ctx context.Context, channel grpc.ClientConnInterface) error {
			return rpc(ctx, pb.NewCacheBatchClient(channel))
		})
}

func (r *Remote) itemError(operation, key string, item *pb.ItemError) error {
	if item == nil {
		return nil
	}
	return r.connection.complete(newError(codes.Code(item.Code), "%s", item.Message), operation, key, 0)
}

// checked sees that there is one result for each key.
func checked[Result any](
	results []Result, want int, err error, r *Remote, operation string,
) ([]Result, error) {
	if err != nil {
		return nil, err
	}
	if len(results) != want {
		return nil, r.connection.complete(newError(codes.Internal,
			"the service answered %d results for %d keys", len(results), want), operation, "", 0)
	}
	return results, nil
}

// keyAt is "" where an answer has more results than there were keys.
func keyAt(keys []string, i int) string {
	if i < len(keys) {
		return keys[i]
	}
	return ""
}

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
