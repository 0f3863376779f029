// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_RESERVED_ARRAY_H_
#define STORES_MEMORY_RESERVED_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <new>

#include "stores/memory/reserved_memory.h"

namespace cachestore {

// An array that grows and shrinks at its end in place: it reserves addresses for `max_size`
// elements at once, and takes memory only for those that are there. So growing never moves an
// element and never holds two copies, finding one is a single addition, and shrinking gives memory
// back. Not thread-safe.
template <typename T>
class ReservedArray {
 public:
  explicit ReservedArray(size_t max_size) : memory_(max_size * sizeof(T)) {}
  ~ReservedArray() {
    for (uint32_t i = 0; i < size_; ++i) (*this)[i].~T();
  }
  ReservedArray(const ReservedArray&) = delete;
  ReservedArray& operator=(const ReservedArray&) = delete;

  uint32_t size() const { return size_; }

  T& operator[](uint32_t i) { return static_cast<T*>(memory_.data())[i]; }
  const T& operator[](uint32_t i) const { return static_cast<const T*>(memory_.data())[i]; }

  T& PushBack() {
    T* const added = new (&(*this)[size_]) T();
    memory_.Use(++size_ * sizeof(T));
    return *added;
  }

  void PopBack() {
    (*this)[--size_].~T();
    memory_.Use(size_ * sizeof(T));
  }

 private:
  ReservedMemory memory_;
  uint32_t size_ = 0;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_RESERVED_ARRAY_H_
