// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_EXPIRY_ORDER_H_
#define STORES_MEMORY_EXPIRY_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/btree_set.h"
#include "stores/memory/cell_arena.h"
#include "stores/memory/reserved_array.h"

namespace cachestore {

// Which entry expires first: exactly, over all entries; of those that expire together, the one
// whose expiry was set first. Not thread-safe.
//
// Entries stand in runs: doubly linked lists in ascending order of expiry. An entry joins the run
// with the latest end that is not after its own expiry, and starts a new run if there is none
// (patience sorting; Aldous and Diaconis, "Longest increasing subsequences", 1999). Where every
// entry has the same TTL there is one run, and everything is O(1). With TTLs at random there are
// about 2 sqrt(n) runs, which stay in the processor's cache when the entries do not. At worst
// (every entry expires before the one set before it) there are n. Two ordered sets of the runs, by
// first and by last entry, make Add and Remove O(log runs) and Earliest O(1).
class ExpiryOrder {
 public:
  // `entries` holds the expiry and the links of each entry that is added; it must outlive this, and
  // an entry's expiry must not change while it is in order. For at most `max_entries` of them.
  ExpiryOrder(CellArena& entries, size_t max_entries) : entries_(entries), runs_(max_entries) {}

  // The entry that expires first.
  std::optional<uint32_t> Earliest() const {
    if (by_first_.empty()) return std::nullopt;
    return runs_[by_first_.begin()->run].first;
  }

  // The sequence of an entry, in its links, says when its expiry was set, among those that expire
  // together. This is that of the next one whose expiry is set.
  uint32_t next_sequence() const { return next_sequence_; }

  // Whether an entry with this expiry and sequence would start a run of its own, which takes
  // kBytesPerRun.
  bool StartsRun(int64_t expiry_nanos, uint32_t sequence) const;

  // Adds entry `ref`, with the next sequence or that of an entry that was removed and is back.
  void Add(uint32_t ref, uint32_t sequence);

  void Remove(uint32_t ref);

  // An entry that is in order has been moved, with its links, and lies in cell `to` now.
  void Moved(uint32_t to);

  size_t run_count() const { return runs_.size(); }

  // Memory for each run, beside the links in its entries.
  static constexpr size_t kBytesPerRun = 80;

 private:
  // A link is a neighbour in the run or, with the high bit, the run whose end this is.
  static constexpr uint32_t kEnd = 0x8000'0000;

  // When something expires and, among equals, when that was set. The sequence is a serial number
  // (RFC 1982): right for two entries set within 2^31 Sets of each other.
  struct Moment {
    int64_t expiry_nanos = 0;
    uint32_t sequence = 0;

    bool operator<(const Moment& other) const {
      if (expiry_nanos != other.expiry_nanos) return expiry_nanos < other.expiry_nanos;
      return static_cast<int32_t>(sequence - other.sequence) < 0;
    }
  };

  // Runs have the numbers 0 to run_count() - 1, without holes.
  struct Run {
    uint32_t first = 0;
    uint32_t last = 0;
    // The latest moment that was ever appended: what joins must not be before it. (Not that of
    // `last`: removing the last entry then needs no search.)
    Moment end;
  };

  // A run's place in one of the two sets. The moment may change as long as the order stays.
  struct Place {
    mutable Moment moment;
    mutable uint32_t run;

    bool operator<(const Place& other) const { return moment < other.moment; }
  };
  using Places = absl::btree_set<Place>;

  Moment MomentOf(uint32_t ref) const {
    return {entries_[ref].expiry_nanos, entries_[ref].link.sequence};
  }
  uint32_t StartRun(uint32_t ref);
  void EndRun(uint32_t run);
  void MoveLastRunTo(uint32_t to);
  void SetFirst(uint32_t run, Moment old_moment, uint32_t first);

  CellArena& entries_;
  ReservedArray<Run> runs_;
  Places by_first_;
  Places by_end_;
  uint32_t next_sequence_ = 0;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_EXPIRY_ORDER_H_
