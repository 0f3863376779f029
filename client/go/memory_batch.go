// SPDX-License-Identifier: Apache-2.0

package cachestore

import "context"

// BatchGet is as Store says.
func (m *Memory) BatchGet(ctx context.Context, keys []string) ([]GetResult, error) {
	if err := m.beginBatch(ctx, keys); err != nil {
		return nil, err.of("BatchGet", "")
	}
	defer m.mu.Unlock()
	now := m.now()
	results := make([]GetResult, len(keys))
	for i, key := range keys {
		if entry := m.table.live(key, now); entry != nil {
			results[i] = GetResult{Value: copyOf(entry.value), Found: true}
		}
	}
	return results, nil
}

// BatchSet is as Store says.
func (m *Memory) BatchSet(ctx context.Context, entries []SetEntry) ([]ItemResult, error) {
	if err := m.begin(ctx); err != nil {
		return nil, err.of("BatchSet", "")
	}
	defer m.mu.Unlock()
	ttls, err := m.limits.checkEntries(entries)
	if err != nil {
		return nil, err.of("BatchSet", "")
	}
	results := make([]ItemResult, len(entries))
	for i, entry := range entries {
		stored, err := m.store(entry, ttls[i], setOptionsOf(entry.Options).keepTTL)
		if err != nil {
			results[i] = ItemResult{Err: err.of("BatchSet", entry.Key)}
			continue
		}
		results[i] = ItemResult{OK: stored}
	}
	return results, nil
}

// BatchDelete is as Store says.
func (m *Memory) BatchDelete(ctx context.Context, keys []string) ([]ItemResult, error) {
	if err := m.beginBatch(ctx, keys); err != nil {
		return nil, err.of("BatchDelete", "")
	}
	defer m.mu.Unlock()
	results := make([]ItemResult, len(keys))
	for i, key := range keys {
		results[i].OK = m.remove(key, Condition{})
	}
	return results, nil
}

// BatchExists is as Store says.
func (m *Memory) BatchExists(ctx context.Context, keys []string) ([]ItemResult, error) {
	if err := m.beginBatch(ctx, keys); err != nil {
		return nil, err.of("BatchExists", "")
	}
	defer m.mu.Unlock()
	now := m.now()
	results := make([]ItemResult, len(keys))
	for i, key := range keys {
		results[i].OK = m.table.live(key, now) != nil
	}
	return results, nil
}

// beginBatch locks the store, unless the batch is refused.
func (m *Memory) beginBatch(ctx context.Context, keys []string) *Error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	if err := m.limits.checkKeys(keys); err != nil {
		m.mu.Unlock()
		return err
	}
	return nil
}
