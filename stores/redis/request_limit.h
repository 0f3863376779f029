// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REQUEST_LIMIT_H_
#define STORES_REDIS_REQUEST_LIMIT_H_

#include <atomic>
#include <cstddef>

namespace cachestore::redis {

// How many requests, and how many bytes of them, may be open at a time. Thread-safe.
class RequestLimit {
 public:
  // Who wants in. What keeps a call going that is in already, or tells whether Redis is there,
  // finds room when callers do not: a store that is busy is not one that is away.
  enum class Kind { kCall, kUpkeep };

  RequestLimit(size_t max_requests, size_t max_bytes)
      : max_requests_(max_requests), max_bytes_(max_bytes) {}

  // Counts a request in; false, and nothing changed, if it would be one too many.
  bool Enter(Kind kind, size_t bytes) {
    const bool is_upkeep = kind == Kind::kUpkeep;
    const size_t max_requests = max_requests_ + (is_upkeep ? kUpkeepRequests : 0);
    const size_t max_bytes = max_bytes_ + (is_upkeep ? kUpkeepBytes : 0);
    const bool has_room = requests_.fetch_add(1) < max_requests;
    if (has_room && bytes_.fetch_add(bytes) + bytes <= max_bytes) return true;
    if (has_room) bytes_.fetch_sub(bytes);
    requests_.fetch_sub(1);
    return false;
  }

  // Counts out one that was counted in.
  void Leave(size_t bytes) {
    bytes_.fetch_sub(bytes);
    requests_.fetch_sub(1);
  }

  size_t max_requests() const { return max_requests_; }
  size_t max_bytes() const { return max_bytes_; }

 private:
  static constexpr size_t kUpkeepRequests = 1000;
  static constexpr size_t kUpkeepBytes = size_t{8} << 20;

  const size_t max_requests_;
  const size_t max_bytes_;
  std::atomic<size_t> requests_{0};
  std::atomic<size_t> bytes_{0};
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_LIMIT_H_
