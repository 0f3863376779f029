// SPDX-License-Identifier: Apache-2.0

package cachestore

import (
	"container/heap"
	"time"

	"google.golang.org/grpc/codes"
)

// entryOverheadBytes is about what an entry takes beyond its key and value: its struct, and its
// places in the map and the heap.
const entryOverheadBytes = 160

// memoryEntry is what is stored under one key.
type memoryEntry struct {
	key    string
	value  []byte
	expiry time.Time
	// sequence tells which of two entries that expire together had its expiry set first.
	sequence uint64
	place    int // In the heap.
}

func (e *memoryEntry) bytes() int64 {
	return int64(len(e.key)) + int64(len(e.value)) + entryOverheadBytes
}

// ttl is what remains of a live entry, rounded up to the millisecond: never 0.
func (e *memoryEntry) ttl(now time.Time) time.Duration { return ceilMillis(e.expiry.Sub(now)) }

// entryTable holds entries by key and in the order of their expiry. Not goroutine-safe.
//
// bytes is the sum of all entries' bytes; between calls neither cap is exceeded.
type entryTable struct {
	maxEntries int
	maxBytes   int64

	byKey    map[string]*memoryEntry
	byExpiry expiryHeap
	bytes    int64
	sequence uint64
}

func newEntryTable(maxEntries int, maxBytes int64) entryTable {
	return entryTable{
		maxEntries: maxEntries,
		maxBytes:   maxBytes,
		byKey:      map[string]*memoryEntry{},
	}
}

// live gives the entry under a key, and removes one that has expired.
func (t *entryTable) live(key string, now time.Time) *memoryEntry {
	entry := t.byKey[key]
	if entry == nil || now.Before(entry.expiry) {
		return entry
	}
	t.remove(entry)
	return nil
}

// put stores a new entry in place of what is there, and makes room for it.
func (t *entryTable) put(key string, value []byte, expiry time.Time) *Error {
	entry := &memoryEntry{key: key, value: value, expiry: expiry}
	if err := t.checkFits(entry); err != nil {
		return err
	}
	if old := t.byKey[key]; old != nil {
		t.remove(old)
	}
	t.makeRoom(1, entry.bytes())
	t.sequence++
	entry.sequence = t.sequence
	t.add(entry)
	return nil
}

// replaceValue leaves the expiry, and the entry's turn among those that expire with it.
func (t *entryTable) replaceValue(entry *memoryEntry, value []byte) *Error {
	replaced := &memoryEntry{
		key: entry.key, value: value, expiry: entry.expiry, sequence: entry.sequence,
	}
	if err := t.checkFits(replaced); err != nil {
		return err
	}
	t.remove(entry)
	t.makeRoom(1, replaced.bytes())
	t.add(replaced)
	return nil
}

func (t *entryTable) setExpiry(entry *memoryEntry, expiry time.Time) {
	t.sequence++
	entry.expiry, entry.sequence = expiry, t.sequence
	heap.Fix(&t.byExpiry, entry.place)
}

func (t *entryTable) remove(entry *memoryEntry) {
	heap.Remove(&t.byExpiry, entry.place)
	delete(t.byKey, entry.key)
	t.bytes -= entry.bytes()
}

func (t *entryTable) clear() { *t = newEntryTable(t.maxEntries, t.maxBytes) }

func (t *entryTable) add(entry *memoryEntry) {
	heap.Push(&t.byExpiry, entry)
	t.byKey[entry.key] = entry
	t.bytes += entry.bytes()
}

// makeRoom drops what expires first; so what has expired goes before what has not.
func (t *entryTable) makeRoom(entries int, bytes int64) {
	for len(t.byExpiry) > 0 &&
		(len(t.byExpiry)+entries > t.maxEntries || t.bytes+bytes > t.maxBytes) {
		t.remove(t.byExpiry[0])
	}
}

func (t *entryTable) checkFits(entry *memoryEntry) *Error {
	if entry.bytes() <= t.maxBytes {
		return nil
	}
	return newError(codes.ResourceExhausted,
		"value: the entry takes %d bytes; the store holds %d bytes (max_bytes): store less, or raise it",
		entry.bytes(), t.maxBytes)
}

// expiryHeap is a container/heap of entries, the first to expire on top.
type expiryHeap []*memoryEntry

func (h expiryHeap) Len() int { return len(h) }

func (h expiryHeap) Less(i, j int) bool {
	if h[i].expiry.Equal(h[j].expiry) {
		return h[i].sequence < h[j].sequence
	}
	return h[i].expiry.Before(h[j].expiry)
}

func (h expiryHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push is for container/heap.
func (h *expiryHeap) Push(entry any) {
	pushed := entry.(*memoryEntry)
	pushed.place = len(*h)
	*h = append(*h, pushed)
}

// Pop is for container/heap.
func (h *expiryHeap) Pop() any {
	last := len(*h) - 1
	popped := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return popped
}
