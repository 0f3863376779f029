// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/reserved_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace cachestore {
namespace {

constexpr size_t kHugePageBytes = size_t{2} << 20;

// Below this, one huge page more or less would be a visible part of a store. (With huge pages from
// here on, and not from 64 MiB, a Get at one million entries takes a tenth less.)
constexpr size_t kSmallPagesBytes = size_t{4} << 20;

size_t RoundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

ReservedMemory::ReservedMemory(size_t bytes) : reserved_(RoundUp(bytes, kHugePageBytes)) {
  data_ = mmap(nullptr, reserved_, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data_ == MAP_FAILED) throw std::bad_alloc();
  if (reserved_ > kSmallPagesBytes) {
    // Advice: a kernel without huge pages refuses it, and all else stays the same.
    madvise(static_cast<char*>(data_) + kSmallPagesBytes, reserved_ - kSmallPagesBytes,
            MADV_HUGEPAGE);
  }
}

ReservedMemory::~ReservedMemory() { munmap(data_, reserved_); }

void ReservedMemory::Release(size_t used) {
  // Whole huge pages, so that none is broken up for a part of it.
  const size_t unit = used < kSmallPagesBytes ? kSlackBytes : kHugePageBytes;
  const size_t kept = RoundUp(used, unit);
  if (kept < touched_) {
    GiveBack(kept, RoundUp(touched_, kHugePageBytes) - kept);
  }
  touched_ = std::min(touched_, kept);
}

void ReservedMemory::GiveBack(size_t from, size_t bytes) {
  static const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t begin = RoundUp(from, page);
  const size_t end = (from + bytes) / page * page;
  if (begin < end) madvise(static_cast<char*>(data_) + begin, end - begin, MADV_DONTNEED);
}

}  // namespace cachestore
