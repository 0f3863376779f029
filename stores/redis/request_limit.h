// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REQUEST_LIMIT_H_
#define STORES_REDIS_REQUEST_LIMIT_H_

#include <atomic>
#include <cstddef>

namespace cachestore::redis {

// How many calls, of a request or of a whole batch, and how many bytes of requests may be open at a
// time. Thread-safe.
class RequestLimit {
 public:
  // Who wants in. What keeps a call going that is in already, or tells whether Redis is there,
  // finds room when callers do not: a store that is busy is not one that is away.
  enum class Kind { kCall, kUpkeep };

  // What an open request takes besides the bytes of its command: so that no number of small ones
  // takes much more than `max_bytes`.
  static constexpr size_t kBytesPerRequest = 200;

  RequestLimit(size_t max_calls, size_t max_bytes) : max_calls_(max_calls), max_bytes_(max_bytes) {}

  // Counts a call in; false, and nothing changed, if it would be one too many.
  bool Enter(Kind kind, size_t bytes) {
    const bool is_upkeep = kind == Kind::kUpkeep;
    const size_t max_calls = max_calls_ + (is_upkeep ? kUpkeepCalls : 0);
    const size_t max_bytes = max_bytes_ + (is_upkeep ? kUpkeepBytes : 0);
    const bool has_room = calls_.fetch_add(1) < max_calls;
    if (has_room && bytes_.fetch_add(bytes) + bytes <= max_bytes) return true;
    if (has_room) bytes_.fetch_sub(bytes);
    calls_.fetch_sub(1);
    return false;
  }

  // Counts out some of what was counted in.
  void Leave(size_t calls, size_t bytes) {
    bytes_.fetch_sub(bytes);
    calls_.fetch_sub(calls);
  }

  size_t max_calls() const { return max_calls_; }
  size_t max_bytes() const { return max_bytes_; }

 private:
  static constexpr size_t kUpkeepCalls = 1000;
  static constexpr size_t kUpkeepBytes = size_t{8} << 20;

  const size_t max_calls_;
  const size_t max_bytes_;
  std::atomic<size_t> calls_{0};
  std::atomic<size_t> bytes_{0};
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REQUEST_LIMIT_H_
