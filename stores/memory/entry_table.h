// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ENTRY_TABLE_H_
#define STORES_MEMORY_ENTRY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/base/attributes.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "stores/memory/cell_arena.h"
#include "stores/memory/entry.h"
#include "stores/memory/entry_costs.h"
#include "stores/memory/expiry_order.h"
#include "stores/memory/hash_index.h"
#include "stores/memory/new_entry.h"

namespace cachestore {

// The entries of one store, found by key and ordered by expiry, within two caps. Not thread-safe:
// const functions may run side by side, and nothing beside one that is not.
//
// Invariants, between calls:
//   - size() <= max_entries and bytes() <= max_bytes;
//   - each entry has a cell of its own, and is in the index and in the order, once, by its ref;
//   - bytes() is what the process holds for all of it, but for chunks of the arena and of the index
//     that are partly filled: see CellArena.
//
// An entry may move to another cell whenever the table changes; so pointers to entries hold until
// then. The table allocates little but whole pages, and frees nothing itself: blocks of what it
// drops go to the caller's Dropped, so that they are given back outside whatever lock guards the
// table.
class EntryTable {
 public:
  using Caps = EntryCosts::Caps;
  using Dropped = absl::InlinedVector<absl::Cord, 4>;

  explicit EntryTable(Caps caps);
  ~EntryTable();
  EntryTable(const EntryTable&) = delete;
  EntryTable& operator=(const EntryTable&) = delete;

  static uint64_t HashOf(absl::string_view key) { return Entry::HashOf(key); }

  // The entry under `key`, be it expired, or null. O(1).
  const Entry* Find(uint64_t hash, absl::string_view key) const {
    const std::optional<uint32_t> ref = FindRef(hash, key);
    return ref.has_value() ? &cells_[*ref] : nullptr;
  }

  // Start to fetch what a Find of `hash` reads: first the place in the index and then, once that
  // has come, the entry.
  void PrefetchIndex(uint64_t hash) const { index_.Prefetch(hash); }
  void PrefetchEntry(uint64_t hash) const;

  // Stores `entry`, which must fit, in place of the one under its key. First drops up to
  // kMaxExpiredPerWrite entries that have expired, then whatever expires earliest until both caps
  // hold with the new entry; never the new one. O(log n) for each entry dropped.
  void Put(uint64_t hash, NewEntry&& entry, int64_t now_nanos, Dropped& dropped);

  // The same in place of an entry that must be there, and that keeps its expiry and its turn among
  // those that expire together. O(1), and drops nothing else, if the caps allow.
  void PutValue(uint64_t hash, NewEntry&& entry, int64_t now_nanos, Dropped& dropped);

  // Gives the entry under `key`, which must be there, another expiry. O(log n), and drops nothing,
  // if the caps allow.
  void Touch(uint64_t hash, absl::string_view key, int64_t expiry_nanos, int64_t now_nanos,
             Dropped& dropped);

  // Removes the entry under `key`; true if one was there that had not expired. O(log n).
  bool Erase(uint64_t hash, absl::string_view key, int64_t now_nanos, Dropped& dropped);

  // Drops at most `limit` entries that have expired. O(log n) for each.
  void DropExpired(int64_t now_nanos, size_t limit, Dropped& dropped);

  // How many entries it has dropped since it was made, and why; not those that were deleted or
  // replaced while they were live.
  struct Drops {
    uint64_t expired = 0;
    uint64_t for_max_entries = 0;
    uint64_t for_max_bytes = 0;
  };
  const Drops& drops() const { return drops_; }

  size_t size() const { return index_.size(); }
  size_t bytes() const { return entry_bytes_ + order_.run_count() * ExpiryOrder::kBytesPerRun; }

  static constexpr size_t kMaxExpiredPerWrite = 8;

 private:
  // The cell of an entry that was dropped, until another entry has filled it.
  struct Hole {
    uint32_t ref;
    CellArena::Class cells;
  };

  ABSL_ATTRIBUTE_ALWAYS_INLINE std::optional<uint32_t> FindRef(uint64_t hash,
                                                               absl::string_view key) const {
    return index_.Find(hash, [&](uint32_t ref) {
      const Entry& entry = cells_[ref];
      entry.PrefetchRest();
      return entry.key() == key;
    });
  }
  auto HashOfRef() const {
    return [this](uint32_t ref) { return cells_[ref].hash(); };
  }
  size_t CostOf(const Entry& entry) const {
    return costs_.Of(entry.key().size(), entry.value_size());
  }
  CellArena::Class ClassOf(const Entry& entry) const {
    return cells_.ClassOf(Entry::CellBytes(entry.key().size(), entry.value_size()));
  }

  // Stores `entry`, whose expiry was set in this place of the order's sequence.
  void Add(uint64_t hash, NewEntry&& entry, uint32_t sequence, int64_t now_nanos, Dropped& dropped);
  // Drops what must go before such an entry is there.
  void MakeRoom(const NewEntry& entry, uint32_t sequence, int64_t now_nanos, Dropped& dropped);

  // Takes entry `ref` out of index and order. There must be no hole, and then its cell is one.
  void Drop(uint32_t ref, Dropped& dropped);
  // The last entry of its class fills the hole, if there is one.
  void CloseHole();

  const Caps caps_;
  const EntryCosts costs_;
  CellArena cells_;
  HashIndex index_;
  ExpiryOrder order_;
  size_t entry_bytes_ = 0;
  Drops drops_;
  std::optional<Hole> hole_;  // None between calls.
};

}  // namespace cachestore

#endif  // STORES_MEMORY_ENTRY_TABLE_H_
