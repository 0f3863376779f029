// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_STATE_KEY_H_
#define TESTS_STORES_REDIS_STATE_KEY_H_

#include <algorithm>
#include <cstdint>
#include <string>

namespace cachestore::redis {

// Equal for states that do the same from here on. So times count from now, and are cut off where
// the machine, which only asks whether a time has come, sees no difference any more: that makes the
// states finitely many.
class StateKey {
 public:
  void Add(int64_t value) {
    bytes_.push_back(static_cast<char>(std::clamp<int64_t>(value, -100, 100)));
  }

  void AddFlag(bool flag) { Add(flag ? 1 : 0); }

  // All pauses after three failures are the longest, with the timing of the exploration.
  void AddFailures(int failures) { Add(std::min(failures, 3)); }

  // A time that is gone is the same as one that is just due.
  void AddTimeLeft(int64_t nanos) { Add(std::max<int64_t>(nanos, 0)); }

  // What is older than all that is asked about is old.
  void AddAge(int64_t nanos, int64_t limit_nanos) { Add(std::min(nanos, limit_nanos)); }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_STATE_KEY_H_
