// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_costs.h"

#include <algorithm>

namespace cachestore {

EntryCosts::EntryCosts(Caps caps) : caps_(caps) {
  SetUnit(CellArena::kLeastUnitBytes);
  while (max_chunks() * CellArena::kChunkBytes / unit_bytes_ > CellArena::kMaxRefs) {
    SetUnit(2 * unit_bytes_);
  }
}

void EntryCosts::SetUnit(size_t unit_bytes) {
  unit_bytes_ = unit_bytes;
  for (size_t i = 1; i < cell_bytes_.size(); ++i) {
    cell_bytes_[i] = static_cast<uint32_t>(CellArena::BytesFor(i * kStep, unit_bytes));
  }
}

size_t EntryCosts::MostEntries(size_t key_bytes, size_t value_bytes) const {
  return std::min<size_t>(caps_.max_entries, caps_.max_bytes / Of(key_bytes, value_bytes)) + 1;
}

size_t EntryCosts::max_chunks() const {
  // The largest cells take the most: of smaller ones, the index takes a greater part. And each
  // class but one may end in a chunk that is not full.
  const size_t largest = cell_bytes_.back();
  const size_t cell_bytes = MostEntries(kMaxShortBytes, kMaxShortBytes) * largest;
  const size_t classes = (Entry::MaxCellBytes() - 1) / unit_bytes_ + 1;
  return (cell_bytes - 1) / CellArena::kChunkBytes + 1 + classes - 1;
}

}  // namespace cachestore
