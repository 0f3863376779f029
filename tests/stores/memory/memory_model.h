// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_MEMORY_MEMORY_MODEL_H_
#define TESTS_STORES_MEMORY_MEMORY_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "stores/cache_options.h"
#include "stores/monotonic_clock.h"

namespace cachestore {

// What a MemoryCacheStore does, in the plainest form: a map that is searched from end to end. Its
// TTLs are whole milliseconds.
class MemoryModel {
 public:
  struct Entry {
    std::string value;
    int64_t expiry_nanos = 0;
    int order = 0;  // Of those that expire together: when the expiry was set.
  };
  using Entries = std::map<std::string, Entry>;

  // `clock` must outlive this.
  MemoryModel(const MonotonicClock& clock, size_t max_entries)
      : clock_(clock), max_entries_(max_entries) {}

  // The live entry under `key`, or null.
  const Entry* Find(const std::string& key);
  absl::Duration TtlOf(const Entry& entry) const;

  void Set(const std::string& key, const std::string& value, absl::Duration ttl);
  bool SetWith(const std::string& key, const std::string& value, const SetOptions& set,
               absl::Duration default_ttl);
  bool Delete(const std::string& key);
  bool DeleteIf(const std::string& key, const std::string& etag);
  bool Touch(const std::string& key, absl::Duration ttl);
  absl::StatusOr<int64_t> Increment(const std::string& key, int64_t delta, absl::Duration ttl);

  // The entry that is evicted next. There must be one.
  Entries::iterator Earliest();

  // All that are live.
  Entries& entries();

 private:
  bool IsMet(const SetCondition& condition, const Entry* live) const;
  void SetExpiry(Entry& entry, absl::Duration ttl);

  const MonotonicClock& clock_;
  const size_t max_entries_;
  int expiries_set_ = 0;
  Entries entries_;
};

// What a model and a store are both given. Everything follows from the seed.
class RandomInput {
 public:
  explicit RandomInput(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t end) { return random_() % end; }

  // Short and long ones, with any byte: `keys` different ones.
  std::string Key(uint32_t keys) { return KeyOf(Below(keys)); }
  static std::string KeyOf(uint32_t number);

  std::string Value();

  // Numbers, most of them small, and what nearly is one.
  std::string Number();
  int64_t Delta();

  // A few that are often chosen, and any other.
  absl::Duration Ttl();

 private:
  std::mt19937 random_;
};

}  // namespace cachestore

#endif  // TESTS_STORES_MEMORY_MEMORY_MODEL_H_
