// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
)

// WithPrefix gives a view of a store that puts a prefix before each key, so that parts of a program
// do not meet. The prefix counts for the length of a key. Closing the view closes nothing. Clear is
// refused with ErrFailedPrecondition, as a prefix cannot be cleared.
func WithPrefix(store Store, prefix string) Store { return &prefixed{store, prefix} }

type prefixed struct {
	store  Store
	prefix string
}

// key leaves an empty one empty: it is refused under a prefix, too.
func (p *prefixed) key(key string) string {
	if key == "" {
		return ""
	}
	return p.prefix + key
}

func (p *prefixed) keys(keys []string) []string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = p.key(key)
	}
	return all
}

func (p *prefixed) Get(ctx context.Context, key string) ([]byte, bool, error) {
	return p.store.Get(ctx, p.key(key))
}

func (p *prefixed) GetWith(
	ctx context.Context, key string, options ...GetOption,
) (Entry, bool, error) {
	return p.store.GetWith(ctx, p.key(key), options...)
}

func (p *prefixed) Exists(ctx context.Context, key string) (bool, error) {
	return p.store.Exists(ctx, p.key(key))
}

func (p *prefixed) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (time.Duration, bool, error) {
	return p.store.ExistsWith(ctx, p.key(key), options...)
}

func (p *prefixed) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	return p.store.Set(ctx, p.key(key), value, options...)
}

func (p *prefixed) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (bool, error) {
	return p.store.SetIf(ctx, p.key(key), value, condition, options...)
}

func (p *prefixed) Delete(ctx context.Context, key string) (bool, error) {
	return p.store.Delete(ctx, p.key(key))
}

func (p *prefixed) DeleteIf(ctx context.Context, key string, etag []byte) (bool, error) {
	return p.store.DeleteIf(ctx, p.key(key), etag)
}

func (p *prefixed) Increment(
	ctx context.Context, key string, delta int64, options ...IncrementOption,
) (Count, error) {
	return p.store.Increment(ctx, p.key(key), delta, options...)
}

func (p *prefixed) BatchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	return p.store.BatchGet(ctx, p.keys(keys))
}

func (p *prefixed) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	all := append([]SetEntry(nil), entries...)
	for i := range all {
		all[i].Key = p.key(all[i].Key)
	}
	return p.store.BatchSet(ctx, all)
}

func (p *prefixed) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	return p.store.BatchDelete(ctx, p.keys(keys))
}

func (p *prefixed) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	return p.store.BatchExists(ctx, p.keys(keys))
}

func (p *prefixed) Clear(context.Context) error {
	return newError(codes.FailedPrecondition, "a view with a prefix cannot be cleared, as the "+
		"service cannot clear a prefix; delete its keys, or clear the whole store").of("Clear", "")
}

func (p *prefixed) Ping(ctx context.Context) error { return p.store.Ping(ctx) }

func (p *prefixed) Close() error { return nil }
