// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_PREFETCH_H_
#define STORES_MEMORY_PREFETCH_H_

namespace cachestore {

// Starts to fetch the cache line at `address`, be there memory or not.
inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  // GCC finds that a function which only prefetches has no effect, and drops the calls to it. This
  // is one that it believes.
  asm volatile("");
}

}  // namespace cachestore

#endif  // STORES_MEMORY_PREFETCH_H_
