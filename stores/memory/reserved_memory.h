// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_RESERVED_MEMORY_H_
#define STORES_MEMORY_RESERVED_MEMORY_H_

#include <algorithm>
#include <cstddef>

namespace cachestore {

// A range of addresses. Pages become resident when they are first touched; they are given back
// explicitly or, if a prefix of the range is used, when that has become clearly shorter. Beyond the
// first megabytes huge pages are asked for: at ten million entries, translating addresses would
// otherwise cost as much as reading what is there. Not thread-safe.
class ReservedMemory {
 public:
  // Throws std::bad_alloc if there are no such addresses, as any allocation does.
  explicit ReservedMemory(size_t bytes);
  ~ReservedMemory();
  ReservedMemory(const ReservedMemory&) = delete;
  ReservedMemory& operator=(const ReservedMemory&) = delete;

  void* data() const { return data_; }

  // Gives back the memory of the whole pages between. What lay there is lost.
  void GiveBack(size_t from, size_t bytes);

  // Says that from now on the first `bytes` are used. What lies beyond may be lost.
  void Use(size_t bytes) {
    touched_ = std::max(touched_, bytes);
    if (touched_ - bytes > kSlackBytes + bytes / 16) Release(bytes);
  }

 private:
  static constexpr size_t kSlackBytes = 256 * 1024;

  void Release(size_t used);

  size_t reserved_;
  void* data_;
  size_t touched_ = 0;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_RESERVED_MEMORY_H_
