// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"math"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
)

// Increment is as Store says.
func (m *Memory) Increment(
	ctx context.Context, key string, delta int64, options ...IncrementOption,
) (Count, error) {
	if err := m.begin(ctx); err != nil {
		return Count{}, err.of("Increment", key)
	}
	defer m.mu.Unlock()
	set := incrementOptionsOf(options)
	ttl, err := m.limits.checkSet(SetEntry{Key: key}, set)
	if err != nil {
		return Count{}, err.of("Increment", key)
	}
	count, err := m.add(key, delta, ttl)
	if err != nil {
		return Count{}, err.of("Increment", key)
	}
	return count, nil
}

func (m *Memory) add(key string, delta int64, ttl time.Duration) (Count, *Error) {
	now := m.now()
	entry := m.table.live(key, now)
	if entry == nil {
		err := m.table.put(key, strconv.AppendInt(nil, delta, 10), now.Add(ttl))
		return Count{Value: delta, TTL: ttl}, err
	}
	number, failed := strconv.ParseInt(string(entry.value), 10, 64)
	if failed != nil || strconv.FormatInt(number, 10) != string(entry.value) {
		return Count{}, newError(codes.FailedPrecondition, "key: what is stored there is no number "+
			"in decimal; use another key, or set a number first")
	}
	if (delta > 0 && number > math.MaxInt64-delta) || (delta < 0 && number < math.MinInt64-delta) {
		return Count{}, newError(codes.OutOfRange, "delta: the sum does not fit 64 bits with a "+
			"sign; nothing was changed: add less, or set the counter anew")
	}
	sum := number + delta
	err := m.table.replaceValue(entry, strconv.AppendInt(nil, sum, 10))
	return Count{Value: sum, TTL: entry.ttl(now)}, err
}
