// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ALLOCATION_H_
#define STORES_MEMORY_ALLOCATION_H_

#include <cstddef>

#include "absl/strings/cord.h"

namespace cachestore {

// What this process's allocator takes for a block of `bytes`: its size class and, where it keeps
// one, its header. Learned from the allocator itself (glibc, jemalloc and others differ by up to a
// fifth). O(1).
size_t AllocatedBytes(size_t bytes);

// A copy of `value` in one block of its own that is no larger than it must be, so that storing it
// pins what HeapBytes says and nothing else. O(bytes).
absl::Cord CompactCopy(const absl::Cord& value);

// Copies the bytes of `from` to where `to` has room for them.
void CopyBytes(const absl::Cord& from, char* to);

// The memory that a compact copy of so many bytes takes outside the Cord itself. O(1).
size_t HeapBytes(size_t value_bytes);

}  // namespace cachestore

#endif  // STORES_MEMORY_ALLOCATION_H_
