// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"

	pb "github.com/cachestore/cachestore/client/go/internal/cachestorepb"
	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// batch is one kind of batch: how a part of it is sent, and what its answer says of each item. One
// whose request would be larger than the service takes is sent in parts, one after the other.
type batch[Item any, Answer interface{ GetError() *pb.ItemError }, Result any] struct {
	operation string
	mayRepeat bool
	// keyOf gives an item's key; bytesOf how much an item takes, without what frames it.
	keyOf   func(Item) []byte
	bytesOf func(Item) int
	send    func(context.Context, pb.CacheBatchClient, []Item) ([]Answer, error)
	success func(Answer) Result
	failure func(error) Result
}

// call makes a batch that is all there is to an operation.
func (b batch[Item, Answer, Result]) call(
	ctx context.Context, c *connection, items []Item,
) ([]Result, error) {
	ctx, end, err := c.begin(ctx)
	if err != nil {
		return nil, c.complete(err, b.operation, "", 0)
	}
	defer end()
	return b.run(ctx, c, items)
}

// run sends all parts. If the first part fails, the batch does. If a later one does, its items and
// those after it have its error; but one that refuses an item, or that the caller cancels, is the
// error of the batch.
func (b batch[Item, Answer, Result]) run(
	ctx context.Context, c *connection, items []Item,
) ([]Result, error) {
	results := make([]Result, 0, len(items))
	for _, part := range split(items, b.bytesOf) {
		answered, err := b.runPart(ctx, c, part)
		switch {
		case err == nil:
			results = append(results, answered...)
		case len(results) == 0 || err.Code == codes.Canceled:
			return nil, err
		case err.Code == codes.InvalidArgument:
			return nil, refusedLater(err, len(results))
		default:
			return append(results, b.failed(items[len(results):], err)...), nil
		}
	}
	return results, nil
}

func (b batch[Item, Answer, Result]) runPart(
	ctx context.Context, c *connection, part []Item,
) ([]Result, *Error) {
	var answers []Answer
	start := time.Now()
	err := c.exchange(ctx, b.operation, "", b.mayRepeat,
		func(ctx context.Context, channel grpc.ClientConnInterface) (err error) {
			answers, err = b.send(ctx, pb.NewCacheBatchClient(channel), part)
			return err
		})
	if err != nil {
		return nil, err
	}
	elapsed := time.Since(start)
	if len(answers) != len(part) {
		err := newError(codes.Internal, "the service answered %d results for a batch of %d",
			len(answers), len(part))
		return nil, c.complete(err, b.operation, "", elapsed)
	}
	results := make([]Result, len(part))
	for i, answer := range answers {
		if failed := answer.GetError(); failed != nil {
			key := string(b.keyOf(part[i]))
			results[i] = b.failure(c.complete(itemError(failed), b.operation, key, elapsed))
		} else {
			results[i] = b.success(answer)
		}
	}
	return results, nil
}

// failed gives each item an error of its own.
func (b batch[Item, Answer, Result]) failed(items []Item, err *Error) []Result {
	results := make([]Result, len(items))
	for i, item := range items {
		ofItem := *err
		results[i] = b.failure(ofItem.of(b.operation, string(b.keyOf(item))))
	}
	return results
}

// split cuts items into parts whose requests the service takes; an item that is larger by itself is
// one alone. No items are one part, which the service refuses.
func split[Item any](items []Item, bytesOf func(Item) int) [][]Item {
	var parts [][]Item
	begin, bytes := 0, 0
	for i, item := range items {
		added := protowire.SizeTag(1) + protowire.SizeBytes(bytesOf(item))
		if i > begin && bytes+added > spec.MaxBatchBytes {
			parts = append(parts, items[begin:i])
			begin, bytes = i, 0
		}
		bytes += added
	}
	return append(parts, items[begin:])
}

var itemNumber = regexp.MustCompile(`^((?:keys|entries)\[)(\d+)`)

// refusedLater is the error of a part that is not the first, with its item's number in the batch.
func refusedLater(refused *Error, done int) error {
	if found := itemNumber.FindStringSubmatch(refused.Message); found != nil {
		if number, err := strconv.Atoi(found[2]); err == nil {
			rest := refused.Message[len(found[0]):]
			refused.Message = found[1] + strconv.Itoa(number+done) + rest
		}
	}
	refused.Message += fmt.Sprintf("; of this batch, the first %d were sent and are done", done)
	return refused
}

// itemError takes a code that is none, as 0 is, for UNKNOWN.
func itemError(item *pb.ItemError) *Error {
	code := codes.Code(item.Code)
	if code == codes.OK || code > codes.Unauthenticated {
		code = codes.Unknown
	}
	return newError(code, "%s", item.Message)
}
