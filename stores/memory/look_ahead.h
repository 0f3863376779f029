// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_LOOK_AHEAD_H_
#define STORES_MEMORY_LOOK_AHEAD_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "stores/memory/entry_table.h"

namespace cachestore {

// Fetches what a table will be asked for next while it is asked for what came before: of many keys,
// each would otherwise wait for memory in its turn, for the index and then for the entry.
class LookAhead {
 public:
  // Both must outlive this.
  LookAhead(const EntryTable& table, absl::Span<const uint64_t> hashes)
      : table_(table), hashes_(hashes) {
    for (size_t i = 0; i < kIndexAhead; ++i) FetchIndex(i);
    for (size_t i = 0; i < kEntryAhead; ++i) FetchEntry(i);
  }

  // Before the table is asked for key `i`; for each, in their order.
  void ComeTo(size_t i) {
    FetchIndex(i + kIndexAhead);
    FetchEntry(i + kEntryAhead);
  }

 private:
  // What is fetched stays in the nearest cache until it is read.
  static constexpr size_t kEntryAhead = 8;
  static constexpr size_t kIndexAhead = 16;

  void FetchIndex(size_t i) {
    if (i < hashes_.size()) table_.PrefetchIndex(hashes_[i]);
  }
  void FetchEntry(size_t i) {
    if (i < hashes_.size()) table_.PrefetchEntry(hashes_[i]);
  }

  const EntryTable& table_;
  const absl::Span<const uint64_t> hashes_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_LOOK_AHEAD_H_
