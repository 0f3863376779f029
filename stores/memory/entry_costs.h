// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ENTRY_COSTS_H_
#define STORES_MEMORY_ENTRY_COSTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "stores/memory/allocation.h"
#include "stores/memory/cell_arena.h"
#include "stores/memory/entry.h"
#include "stores/memory/hash_index.h"

namespace cachestore {

// What each entry of a store counts against its max_bytes: its cell, its place in the index, and
// the blocks of what is long. Immutable, and so thread-safe. All of it is O(1).
class EntryCosts {
 public:
  struct Caps {
    uint32_t max_entries;
    size_t max_bytes;
  };

  explicit EntryCosts(Caps caps);

  size_t Of(size_t key_bytes, size_t value_bytes) const {
    const size_t cell_bytes = Entry::CellBytes(key_bytes, value_bytes);
    size_t bytes = cell_bytes_[(cell_bytes + kStep - 1) / kStep] + HashIndex::kBytesPerEntry;
    if (IsLong(key_bytes)) bytes += HeapBytes(key_bytes);
    if (IsLong(value_bytes)) bytes += HeapBytes(value_bytes);
    return bytes;
  }

  // The most entries of these sizes that the caps allow, and the one that is being written.
  size_t MostEntries(size_t key_bytes, size_t value_bytes) const;

  // The unit of the arena's cells: 8 bytes, or the next power of two with which 2^31 refs reach
  // over all the cells that the caps allow: 16 from 16 GiB of small entries on, and so forth.
  size_t unit_bytes() const { return unit_bytes_; }
  // The chunks that these cells may be spread over.
  size_t max_chunks() const;

 private:
  static constexpr size_t kStep = CellArena::kLeastUnitBytes;

  void SetUnit(size_t unit_bytes);

  const Caps caps_;
  size_t unit_bytes_ = 0;
  std::array<uint32_t, Entry::MaxCellBytes() / kStep + 1> cell_bytes_ = {};
};

}  // namespace cachestore

#endif  // STORES_MEMORY_ENTRY_COSTS_H_
