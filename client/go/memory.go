// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"bytes"
	"context"
	"crypto/sha1" // An etag finds races; it is no security feature.
	"sync"
	"time"

	"github.com/cachestore/cachestore/client/go/internal/spec"
)

// MemoryOptions say how large a Memory may grow. A zero field means its default.
type MemoryOptions struct {
	Limits Limits
	// MaxEntries: 10000. MaxBytes: 1 GiB of keys, values and overhead. What is beyond either drops
	// what expires first.
	MaxEntries int
	MaxBytes   int64
	// Now is the clock; for tests. Default: time.Now.
	Now func() time.Time
}

// Memory is a cache in this process, with the contract, the limits and the words of the service.
// Goroutine-safe. O(log entries).
type Memory struct {
	limits Limits
	now    func() time.Time

	mu     sync.Mutex
	closed bool
	table  entryTable
}

// NewMemory fails with ErrInvalidArgument if the options make no sense.
func NewMemory(options MemoryOptions) (*Memory, error) {
	limits := options.Limits.withDefaults()
	if err := limits.check(); err != nil {
		return nil, err
	}
	setDefault(&options.MaxEntries, spec.MaxEntries)
	setDefault(&options.MaxBytes, spec.MaxBytes)
	if options.MaxEntries < 1 || options.MaxBytes < 1 {
		return nil, invalid("max_entries and max_bytes: one is below zero; give more, or leave it out")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Memory{
		limits: limits,
		now:    options.Now,
		table:  newEntryTable(options.MaxEntries, options.MaxBytes),
	}, nil
}

// begin locks the store for one call, unless it may not begin.
func (m *Memory) begin(ctx context.Context) *Error {
	m.mu.Lock()
	err := contextError(ctx)
	if m.closed {
		err = storeClosed()
	}
	if err != nil {
		m.mu.Unlock()
	}
	return err
}

// Get is as Store says.
func (m *Memory) Get(ctx context.Context, key string) ([]byte, bool, error) {
	entry, found, err := m.GetWith(ctx, key)
	return entry.Value, found, err
}

// GetWith is as Store says.
func (m *Memory) GetWith(
	ctx context.Context, key string, options ...GetOption,
) (Entry, bool, error) {
	if err := m.begin(ctx); err != nil {
		return Entry{}, false, err.of("Get", key)
	}
	defer m.mu.Unlock()
	read := getOptionsOf(options)
	stored, ttl, err := m.read(key, read)
	if err != nil {
		return Entry{}, false, err.of("Get", key)
	}
	if stored == nil {
		return Entry{}, false, nil
	}
	entry := Entry{Value: copyOf(stored.value), TTL: ttl}
	if read.wantEtag {
		entry.Etag = etagOf(stored.value)
	}
	return entry, true, nil
}

// Exists is as Store says.
func (m *Memory) Exists(ctx context.Context, key string) (bool, error) {
	_, exists, err := m.ExistsWith(ctx, key)
	return exists, err
}

// ExistsWith is as Store says.
func (m *Memory) ExistsWith(
	ctx context.Context, key string, options ...ExistsOption,
) (time.Duration, bool, error) {
	if err := m.begin(ctx); err != nil {
		return 0, false, err.of("Exists", key)
	}
	defer m.mu.Unlock()
	stored, ttl, err := m.read(key, existsOptionsOf(options))
	if err != nil {
		return 0, false, err.of("Exists", key)
	}
	return ttl, stored != nil, nil
}

// read gives the live entry, if there is one, and the TTL that remains if it is asked for.
func (m *Memory) read(key string, options readOptions) (*memoryEntry, time.Duration, *Error) {
	touch, err := m.limits.checkRead(key, options)
	if err != nil {
		return nil, 0, err
	}
	now := m.now()
	entry := m.table.live(key, now)
	if entry == nil {
		return nil, 0, nil
	}
	if touch != 0 {
		m.table.setExpiry(entry, now.Add(touch))
	}
	if options.wantTTL {
		return entry, entry.ttl(now), nil
	}
	return entry, 0, nil
}

// Set is as Store says.
func (m *Memory) Set(ctx context.Context, key string, value []byte, options ...SetOption) error {
	_, err := m.set(ctx, "Set", SetEntry{Key: key, Value: value, Options: options})
	return err
}

// SetIf is as Store says.
func (m *Memory) SetIf(
	ctx context.Context, key string, value []byte, condition Condition, options ...SetOption,
) (bool, error) {
	entry := SetEntry{Key: key, Value: value, Condition: condition, Options: options}
	return m.set(ctx, "SetIf", entry)
}

func (m *Memory) set(ctx context.Context, operation string, entry SetEntry) (bool, error) {
	if err := m.begin(ctx); err != nil {
		return false, err.of(operation, entry.Key)
	}
	defer m.mu.Unlock()
	options := setOptionsOf(entry.Options)
	ttl, err := m.limits.checkSet(entry, options)
	if err != nil {
		return false, err.of(operation, entry.Key)
	}
	stored, err := m.store(entry, ttl, options.keepTTL)
	if err != nil {
		return false, err.of(operation, entry.Key)
	}
	return stored, nil
}

// store makes a Set whose arguments were looked at.
func (m *Memory) store(entry SetEntry, ttl time.Duration, keep bool) (bool, *Error) {
	now := m.now()
	there := m.table.live(entry.Key, now)
	if !entry.Condition.isMet(there) {
		return false, nil
	}
	if keep && there != nil {
		return true, m.table.replaceValue(there, copyOf(entry.Value))
	}
	return true, m.table.put(entry.Key, copyOf(entry.Value), now.Add(ttl))
}

func (c Condition) isMet(there *memoryEntry) bool {
	switch c.kind {
	case ifAbsent:
		return there == nil
	case ifPresent:
		return there != nil
	case ifEtag:
		return there != nil && bytes.Equal(etagOf(there.value), c.etag)
	default:
		return true
	}
}

// Delete is as Store says.
func (m *Memory) Delete(ctx context.Context, key string) (bool, error) {
	if err := m.begin(ctx); err != nil {
		return false, err.of("Delete", key)
	}
	defer m.mu.Unlock()
	if err := m.limits.checkKey(key); err != nil {
		return false, err.of("Delete", key)
	}
	return m.remove(key, Condition{}), nil
}

// DeleteIf is as Store says.
func (m *Memory) DeleteIf(ctx context.Context, key string, etag []byte) (bool, error) {
	if err := m.begin(ctx); err != nil {
		return false, err.of("DeleteIf", key)
	}
	defer m.mu.Unlock()
	err := m.limits.checkKey(key)
	if err == nil {
		err = checkEtag(etag)
	}
	if err != nil {
		return false, err.of("DeleteIf", key)
	}
	return m.remove(key, IfEtag(etag)), nil
}

func (m *Memory) remove(key string, condition Condition) bool {
	entry := m.table.live(key, m.now())
	if entry == nil || !condition.isMet(entry) {
		return false
	}
	m.table.remove(entry)
	return true
}

// Clear is as Store says.
func (m *Memory) Clear(ctx context.Context) error {
	if err := m.begin(ctx); err != nil {
		return err.of("Clear", "")
	}
	defer m.mu.Unlock()
	m.table.clear()
	return nil
}

// Ping is as Store says.
func (m *Memory) Ping(ctx context.Context) error {
	if err := m.begin(ctx); err != nil {
		return err.of("Ping", "")
	}
	m.mu.Unlock()
	return nil
}

// Close drops all entries.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.table.clear()
	return nil
}

func etagOf(value []byte) []byte {
	digest := sha1.Sum(value)
	return digest[:]
}

// copyOf is never nil: a hit that is empty is a hit.
func copyOf(value []byte) []byte { return append(make([]byte, 0, len(value)), value...) }
