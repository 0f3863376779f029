// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
)

// None is a cache that is off: it holds nothing, and every read misses. What it is given is looked
// at all the same, so that a mistake shows before caching is turned on. Goroutine-safe.
type None struct {
	limits Limits
	closed atomic.Bool
}

// NewNone fails with ErrInvalidArgument if the limits make no sense.
func NewNone(limits Limits) (*None, error) {
	limits = limits.withDefaults()
	if err := limits.check(); err != nil {
		return nil, err
	}
	return &None{limits: limits}, nil
}

// answer is how a call ends whose arguments check looks at.
func (n *None) answer(ctx context.Context, operation, key string, check func() *Error) error {
	err := contextError(ctx)
	if n.closed.Load() {
		err = storeClosed()
	}
	if err == nil {
		err = check()
	}
	if err == nil {
		return nil
	}
	return err.of(operation, key)
}

// Get is as Store says.
func (n *None) Get(ctx context.Context, key string) ([]byte, bool, error) {
	_, _, err := n.GetWith(ctx, key)
	return nil, false, err
}

// GetWith is as Store says.
func (n *None) GetWith(ctx context.Context, key string, options ...GetOption) (Entry, bool, error) {
	return Entry{}, false, n.read(ctx, "Get", key, getOptionsOf(options))
}

// Exists is as Store says.
func (n *None) Exists(ctx context.Context, key string) (bool, error) {
	_, _, err := n.ExistsWith(ctx, key)
	return false, err
}

// ExistsWith is as Store says.
func (n *None) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (time.Duration, bool, error) {
	return 0, false, n.read(ctx, "Exists", key, existsOptionsOf(options))
}

func (n *None) read(ctx context.Context, operation, key string, options readOptions) error {
	return n.answer(ctx, operation, key, func() *Error {
		_, err := n.limits.checkRead(key, options)
		return err
	})
}

// Set accepts, and stores nothing.
func (n *None) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	return n.set(ctx, "Set", SetEntry{Key: key, Value: value, Options: options})
}

// SetIf accepts what depends on nothing that is there.
func (n *None) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (bool, error) {
	entry := SetEntry{Key: key, Value: value, Condition: condition, Options: options}
	err := n.set(ctx, "SetIf", entry)
	return err == nil && condition.isMet(nil), err
}

func (n *None) set(ctx context.Context, operation string, entry SetEntry) error {
	return n.answer(ctx, operation, entry.Key, func() *Error {
		_, err := n.limits.checkSet(entry, setOptionsOf(entry.Options))
		return err
	})
}

// Delete is as Store says.
func (n *None) Delete(ctx context.Context, key string) (bool, error) {
	return false, n.answer(ctx, "Delete", key, func() *Error { return n.limits.checkKey(key) })
}

// DeleteIf is as Store says.
func (n *None) DeleteIf(ctx context.Context, key string, etag []byte) (bool, error) {
	return false, n.answer(ctx, "DeleteIf", key, func() *Error {
		if err := n.limits.checkKey(key); err != nil {
			return err
		}
		return checkEtag(etag)
	})
}

// Increment ends with ErrUnimplemented.
func (n *None) Increment(
	ctx context.Context, key string, _ int64, options ...IncrementOption,
) (Count, error) {
	return Count{}, n.answer(ctx, "Increment", key, func() *Error {
		if _, err := n.limits.checkSet(SetEntry{Key: key}, incrementOptionsOf(options)); err != nil {
			return err
		}
		return newError(codes.Unimplemented,
			"caching is off, so nothing can be counted; choose a backend (memory or remote)")
	})
}

// BatchGet is as Store says.
func (n *None) BatchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	if err := n.keys(ctx, "BatchGet", keys); err != nil {
		return nil, err
	}
	return make([]GetResult, len(keys)), nil
}

// BatchSet is as Store says.
func (n *None) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	err := n.answer(ctx, "BatchSet", "", func() *Error {
		_, err := n.limits.checkEntries(entries)
		return err
	})
	if err != nil {
		return nil, err
	}
	results := make([]ItemResult, len(entries))
	for i, entry := range entries {
		results[i].OK = entry.Condition.isMet(nil)
	}
	return results, nil
}

// BatchDelete is as Store says.
func (n *None) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	if err := n.keys(ctx, "BatchDelete", keys); err != nil {
		return nil, err
	}
	return make([]ItemResult, len(keys)), nil
}

// BatchExists is as Store says.
func (n *None) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	if err := n.keys(ctx, "BatchExists", keys); err != nil {
		return nil, err
	}
	return make([]ItemResult, len(keys)), nil
}

func (n *None) keys(ctx context.Context, operation string, keys []string) error {
	return n.answer(ctx, operation, "", func() *Error { return n.limits.checkKeys(keys) })
}

// Clear is as Store says.
func (n *None) Clear(ctx context.Context) error {
	return n.answer(ctx, "Clear", "", func() *Error { return nil })
}

// Ping is as Store says.
func (n *None) Ping(ctx context.Context) error {
	return n.answer(ctx, "Ping", "", func() *Error { return nil })
}

// Close is as Store says.
func (n *None) Close() error {
	n.closed.Store(true)
	return nil
}
