// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"time"
)

// Call is one call of a Store that has ended.
type Call struct {
	// Operation is the method: Get, BatchSet. Get stands for GetWith, and Exists for ExistsWith.
	Operation string
	// Hits and Misses count the keys of a Get or an Exists, or of a batch of them.
	Hits, Misses int
	Elapsed      time.Duration
	// Err is how it ended; of a batch, the first error of an item where the call itself went well.
	Err error
}

// Observer is told of every call, on the goroutine that made it. So it must be goroutine-safe and
// quick.
type Observer interface{ CallEnded(call Call) }

// Observe gives a view of a store that tells an observer of every call but Close. Around a
// FailOpenStore it sees misses where one within sees errors. Close closes the store.
func Observe(store Store, observer Observer) Store { return &observed{store, observer} }

type observed struct {
	Store
	observer Observer
}

// call makes one, which counts its own hits and misses.
func (o *observed) call(operation string, made func(call *Call) error) error {
	call := Call{Operation: operation}
	start := time.Now()
	err := made(&call)
	call.Elapsed = time.Since(start)
	if err != nil {
		call.Err = err
	}
	o.observer.CallEnded(call)
	return err
}

// count is for a key that was looked for.
func (c *Call) count(found bool, err error) {
	switch {
	case err != nil:
		if c.Err == nil {
			c.Err = err
		}
	case found:
		c.Hits++
	default:
		c.Misses++
	}
}

func (o *observed) Get(ctx context.Context, key string) (value []byte, found bool, err error) {
	err = o.call("Get", func(call *Call) (failed error) {
		value, found, failed = o.Store.Get(ctx, key)
		call.count(found, failed)
		return failed
	})
	return value, found, err
}

func (o *observed) GetWith(
	ctx context.Context, key string, options ...GetOption,
) (entry Entry, found bool, err error) {
	err = o.call("Get", func(call *Call) (failed error) {
		entry, found, failed = o.Store.GetWith(ctx, key, options...)
		call.count(found, failed)
		return failed
	})
	return entry, found, err
}

func (o *observed) Exists(ctx context.Context, key string) (exists bool, err error) {
	err = o.call("Exists", func(call *Call) (failed error) {
		exists, failed = o.Store.Exists(ctx, key)
		call.count(exists, failed)
		return failed
	})
	return exists, err
}

func (o *observed) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (ttl time.Duration, exists bool, err error) {
	err = o.call("Exists", func(call *Call) (failed error) {
		ttl, exists, failed = o.Store.ExistsWith(ctx, key, options...)
		call.count(exists, failed)
		return failed
	})
	return ttl, exists, err
}

func (o *observed) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	return o.call("Set", func(*Call) error { return o.Store.Set(ctx, key, value, options...) })
}

func (o *observed) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (stored bool, err error) {
	err = o.call("SetIf", func(*Call) (failed error) {
		stored, failed = o.Store.SetIf(ctx, key, value, condition, options...)
		return failed
	})
	return stored, err
}

func (o *observed) Delete(ctx context.Context, key string) (deleted bool, err error) {
	err = o.call("Delete", func(*Call) (failed error) {
		deleted, failed = o.Store.Delete(ctx, key)
		return failed
	})
	return deleted, err
}

func (o *observed) DeleteIf(
	ctx context.Context, key string, etag []byte,
) (deleted bool, err error) {
	err = o.call("DeleteIf", func(*Call) (failed error) {
		deleted, failed = o.Store.DeleteIf(ctx, key, etag)
		return failed
	})
	return deleted, err
}

func (o *observed) Increment(
	ctx context.Context, key string, delta int64, options ...IncrementOption,
) (count Count, err error) {
	err = o.call("Increment", func(*Call) (failed error) {
		count, failed = o.Store.Increment(ctx, key, delta, options...)
		return failed
	})
	return count, err
}

func (o *observed) BatchGet(ctx context.Context, keys []string) (results []GetResult, err error) {
	err = o.call("BatchGet", func(call *Call) (failed error) {
		results, failed = o.Store.BatchGet(ctx, keys)
		for _, result := range results {
			call.count(result.Found, result.Err)
		}
		return failed
	})
	return results, err
}

func (o *observed) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	return o.items("BatchSet", func() ([]ItemResult, error) {
		return o.Store.BatchSet(ctx, entries)
	})
}

func (o *observed) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	return o.items("BatchDelete", func() ([]ItemResult, error) {
		return o.Store.BatchDelete(ctx, keys)
	})
}

func (o *observed) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	return o.items("BatchExists", func() ([]ItemResult, error) {
		return o.Store.BatchExists(ctx, keys)
	})
}

func (o *observed) items(
	operation string, made func() ([]ItemResult, error),
) (results []ItemResult, err error) {
	err = o.call(operation, func(call *Call) (failed error) {
		results, failed = made()
		for _, result := range results {
			call.count(result.OK, result.Err)
		}
		if operation != "BatchExists" {
			call.Hits, call.Misses = 0, 0
		}
		return failed
	})
	return results, err
}

func (o *observed) Clear(ctx context.Context) error {
	return o.call("Clear", func(*Call) error { return o.Store.Clear(ctx) })
}

func (o *observed) Ping(ctx context.Context) error {
	return o.call("Ping", func(*Call) error { return o.Store.Ping(ctx) })
}
