// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ENTRY_TABLE_H_
#define STORES_MEMORY_ENTRY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/base/attributes.h"
#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "stores/memory/entry.h"
#include "stores/memory/expiry_order.h"
#include "stores/memory/hash_index.h"

namespace cachestore {

// The entries of one store, found by key and ordered by expiry, within two caps. Not thread-safe:
// const functions may run side by side, and nothing beside one that is not.
//
// Invariants, between calls:
//   - size() <= max_entries and bytes() <= max_bytes;
//   - entries have the ids 0 to size() - 1, and each is in the index and in the order, once;
//   - bytes() is what the process holds for all of it, but for chunks that are partly filled.
//
// The table frees nothing itself. What it drops goes to the caller's Dropped, so that memory is
// given back outside whatever lock guards the table.
class EntryTable {
 public:
  using Dropped = absl::InlinedVector<absl::Cord, 4>;

  struct Caps {
    uint32_t max_entries;
    size_t max_bytes;
  };

  explicit EntryTable(Caps caps);
  EntryTable(const EntryTable&) = delete;
  EntryTable& operator=(const EntryTable&) = delete;

  static uint64_t HashOf(absl::string_view key) { return absl::HashOf(key); }

  // What an entry costs against max_bytes: key, value, and all that is kept to find and order it.
  static size_t EntryBytes(size_t key_bytes, size_t value_bytes);

  // The least max_bytes with which a table can hold an entry of these sizes: alone in a run.
  static size_t LeastBytes(size_t key_bytes, size_t value_bytes) {
    return EntryBytes(key_bytes, value_bytes) + ExpiryOrder::kBytesPerRun;
  }

  // The entry under `key`, be it expired, or null. O(1).
  const Entry* Find(uint64_t hash, absl::string_view key) const;

  // Start to fetch what a Find of `hash` reads: first the place in the index and then, once that
  // has come, the entry.
  void PrefetchIndex(uint64_t hash) const { index_.Prefetch(hash); }
  void PrefetchEntry(uint64_t hash) const;

  // Stores `entry`, which must fit, in place of the one under `key`, its key. First drops up to
  // kMaxExpiredPerWrite entries that have expired, then whatever expires earliest until both caps
  // hold with the new entry; never the new one. O(log n) for each entry dropped.
  void Put(uint64_t hash, absl::string_view key, Entry entry, int64_t now_nanos, Dropped& dropped);

  // The same for a new value in place of that of the entry under `key`, which must be there: it
  // keeps its expiry, and its turn among those that expire together. O(1), and drops nothing else,
  // if the value takes no more memory than the old one.
  void PutValue(uint64_t hash, absl::string_view key, absl::Cord value, int64_t now_nanos,
                Dropped& dropped);

  // Removes the entry under `key`; true if one was there that had not expired. O(log n).
  bool Erase(uint64_t hash, absl::string_view key, int64_t now_nanos, Dropped& dropped);

  // Drops at most `limit` entries that have expired. O(log n) for each.
  void DropExpired(int64_t now_nanos, size_t limit, Dropped& dropped);

  size_t size() const { return entries_.size(); }
  size_t bytes() const { return entry_bytes_ + order_.run_count() * ExpiryOrder::kBytesPerRun; }

  static constexpr size_t kMaxExpiredPerWrite = 8;

 private:
  ABSL_ATTRIBUTE_ALWAYS_INLINE std::optional<uint32_t> FindId(uint64_t hash,
                                                              absl::string_view key) const;
  uint64_t HashOfId(uint32_t id) const { return KeyHash(entries_[id].key); }
  static uint64_t KeyHash(const absl::Cord& key);

  // Stores `entry` with its expiry, which was set in this place of the order's sequence.
  void Add(uint64_t hash, Entry entry, uint32_t sequence, int64_t now_nanos, Dropped& dropped);

  // Takes entry `id` out of index and order and moves its contents to `dropped`. Its place stays,
  // as a hole, until the operation fills or closes it.
  void Drop(uint32_t id, Dropped& dropped);
  void CloseHoles();

  const Caps caps_;
  Entries entries_;
  HashIndex index_;
  ExpiryOrder order_;
  size_t entry_bytes_ = 0;
  absl::InlinedVector<uint32_t, 8> holes_;  // Empty between calls.
};

}  // namespace cachestore

#endif  // STORES_MEMORY_ENTRY_TABLE_H_
