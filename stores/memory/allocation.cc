// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/allocation.h"

#include <malloc.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/cord_buffer.h"

// jemalloc's, if the process is linked with it: the size class of a request.
extern "C" ABSL_ATTRIBUTE_WEAK size_t nallocx(size_t size, int flags);

namespace cachestore {
namespace {

// Bytes that a Cord holds in place.
constexpr size_t kInlineBytes = 15;

// What a block that a Cord makes for bytes of ours holds before them.
constexpr size_t kFlatHeaderBytes = 13;

// Up to here such blocks are multiples of 8 bytes, and beyond of 64.
constexpr size_t kFinelyRoundedBytes = 512;

// The largest value that fits a Cord's own kind of block; larger ones get a block of ours, which
// costs a small node beside it.
constexpr size_t kMaxFlatBytes = 4096 - kFlatHeaderBytes;
constexpr size_t kExternalNodeBytes = 48;

size_t RoundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

// What a Cord asks of the allocator for a block of its own.
size_t FlatBytes(size_t value_bytes) {
  if (value_bytes <= kInlineBytes) return 0;
  const size_t bytes = value_bytes + kFlatHeaderBytes;
  return bytes <= kFinelyRoundedBytes ? RoundUp(bytes, 8) : RoundUp(bytes, 64);
}

size_t AskAllocator(size_t bytes) {
  if (nallocx != nullptr) return nallocx(bytes, 0);
  // Others tell of a block that they have given. glibc keeps a header of one word before it.
  void* const block = std::malloc(bytes);
  const size_t usable = malloc_usable_size(block);
  std::free(block);
  return usable + sizeof(size_t);
}

}  // namespace

size_t AllocatedBytes(size_t bytes) {
  constexpr size_t kUnit = 8;  // No allocator's classes lie closer.
  constexpr size_t kTableEntries = 4096 / kUnit + 1;
  static const std::array<size_t, kTableEntries> table = [] {
    std::array<size_t, kTableEntries> allocated = {};
    for (size_t i = 1; i < allocated.size(); ++i) allocated[i] = AskAllocator(i * kUnit);
    return allocated;
  }();
  const size_t i = (bytes + kUnit - 1) / kUnit;
  if (i < table.size()) return table[i];
  return nallocx != nullptr ? nallocx(bytes, 0) : RoundUp(bytes + sizeof(size_t), 16);
}

absl::Cord CompactCopy(const absl::Cord& value) {
  if (value.size() <= kMaxFlatBytes) {
    if (const auto flat = value.TryFlat(); flat.has_value()) return absl::Cord(*flat);
    absl::CordBuffer buffer = absl::CordBuffer::CreateWithDefaultLimit(value.size());
    buffer.SetLength(value.size());
    CopyBytes(value, buffer.data());
    absl::Cord copy;
    copy.Append(std::move(buffer));
    return copy;
  }
  auto block = std::make_unique_for_overwrite<char[]>(value.size());
  CopyBytes(value, block.get());
  return absl::MakeCordFromExternal({block.release(), value.size()},
                                    [](absl::string_view owned) { delete[] owned.data(); });
}

void CopyBytes(const absl::Cord& from, char* to) {
  for (const absl::string_view chunk : from.Chunks()) {
    std::memcpy(to, chunk.data(), chunk.size());
    to += chunk.size();
  }
}

size_t HeapBytes(size_t value_bytes) {
  if (value_bytes <= kInlineBytes) return 0;
  if (value_bytes > kMaxFlatBytes) {
    return AllocatedBytes(value_bytes) + AllocatedBytes(kExternalNodeBytes);
  }
  return AllocatedBytes(FlatBytes(value_bytes));
}

}  // namespace cachestore
