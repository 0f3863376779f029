// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_CELL_ARENA_H_
#define STORES_MEMORY_CELL_ARENA_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "stores/memory/entry.h"
#include "stores/memory/reserved_array.h"
#include "stores/memory/reserved_memory.h"

namespace cachestore {

// The memory of a table's entries: cells of many sizes in one range of addresses. A cell is named
// by a ref of 31 bits, the number of its first unit; units are 8 bytes, or more where refs would
// not reach over the arena. Not thread-safe.
//
// Cells of one size, in units, are a class. The arena is divided into chunks, each of which belongs
// to one class at a time, and there cells lie one behind the other without holes: only the last
// cell of a class can be freed, and whoever has done with another moves the last one there first.
// So at most one chunk of a class is partly filled, an empty chunk serves whichever class needs
// one next, and memory follows the entries however their sizes change.
//
// Resident, beyond BytesFor of all cells, is at most a partly filled chunk for each class in use
// (there are 128, if units are 8 bytes, so 4 MiB; few, where entries are alike), of chunks that are
// free 256 KiB and a sixteenth of those in use, and beyond 4 MiB the rest of a huge page.
//
// All operations are O(1).
class CellArena {
 public:
  static constexpr size_t kChunkBytes = size_t{32} << 10;
  static constexpr size_t kLeastUnitBytes = 8;
  static constexpr size_t kMaxRefs = size_t{1} << 31;

  // What a cell for `bytes` takes: whole units, and its part of what is left over of a chunk.
  static constexpr size_t BytesFor(size_t bytes, size_t unit_bytes) {
    const size_t cell_bytes = (bytes + unit_bytes - 1) / unit_bytes * unit_bytes;
    const size_t cells = kChunkBytes / cell_bytes;
    return (kChunkBytes + cells - 1) / cells;
  }

  // With addresses for `max_chunks`, which refs must reach over. `unit_bytes` is a power of two.
  CellArena(size_t unit_bytes, size_t max_chunks)
      : unit_shift_(std::countr_zero(unit_bytes)),
        memory_(max_chunks * kChunkBytes),
        next_chunk_(max_chunks) {}

  // The entry in a cell that has one.
  // NOLINTNEXTLINE(readability-make-member-function-const): it gives leave to change what is there.
  Entry& operator[](uint32_t ref) { return *static_cast<Entry*>(At(ref)); }
  const Entry& operator[](uint32_t ref) const { return *static_cast<const Entry*>(At(ref)); }
  void* At(uint32_t ref) const {
    return static_cast<char*>(memory_.data()) + (size_t{ref} << unit_shift_);
  }

  // The class of cells for so many bytes, at most Entry::MaxCellBytes().
  using Class = uint32_t;
  Class ClassOf(size_t bytes) const {
    return static_cast<Class>((bytes + (size_t{1} << unit_shift_) - 1) >> unit_shift_);
  }

  // A new last cell.
  uint32_t Allocate(Class cells);
  // The last cell, which must be there; and its end.
  uint32_t Last(Class cells) const {
    return RefOf(last_[cells].chunk, last_[cells].end_bytes - CellBytes(cells));
  }
  void FreeLast(Class cells);

  // Calls `visit(entry)` for each cell's. O(cells).
  template <typename Visit>
  void ForEach(Visit visit) {
    for (Class cells = 1; cells < last_.size(); ++cells) {
      size_t end_bytes = last_[cells].end_bytes;
      for (uint32_t c = last_[cells].chunk; c != kNone; c = next_chunk_[c]) {
        for (size_t i = 0; i < end_bytes; i += CellBytes(cells)) visit((*this)[RefOf(c, i)]);
        end_bytes = FullBytes(cells);
      }
    }
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  // Where a class ends: in this chunk, before this byte of it.
  struct End {
    uint32_t chunk = kNone;
    uint32_t end_bytes = kChunkBytes;
  };

  // Chunks of no class. They are linked, as those of a class are, from the last to the first.
  struct FreeChunks {
    uint32_t last = kNone;
    uint32_t count = 0;
  };

  size_t CellBytes(Class cells) const { return size_t{cells} << unit_shift_; }
  // What cells take of a chunk that is full of them.
  size_t FullBytes(Class cells) const { return kChunkBytes / CellBytes(cells) * CellBytes(cells); }
  uint32_t RefOf(uint32_t chunk, size_t byte) const {
    return static_cast<uint32_t>((chunk * kChunkBytes + byte) >> unit_shift_);
  }

  uint32_t TakeChunk();
  void FreeChunk(uint32_t chunk);
  void Push(FreeChunks& chunks, uint32_t chunk);
  uint32_t Pop(FreeChunks& chunks);

  const int unit_shift_;
  std::array<End, Entry::MaxCellBytes() / kLeastUnitBytes + 1> last_;  // By class.
  ReservedMemory memory_;
  ReservedArray<uint32_t> next_chunk_;  // For each chunk, the one it is linked to.
  FreeChunks resident_;
  FreeChunks given_back_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_CELL_ARENA_H_
