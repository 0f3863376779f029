// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/key_space.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cachestore::redis {
namespace {

// What is special in a pattern of Redis (https://redis.io/docs/latest/commands/keys/), and then
// stands for itself behind a backslash.
std::string EscapeGlob(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::string_view("*?[]\\").find(c) != absl::string_view::npos) escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

}  // namespace

KeySpace::KeySpace(absl::string_view prefix, size_t max_key_bytes)
    : prefix_(prefix),
      pattern_(EscapeGlob(prefix) + "*"),
      probe_key_(prefix_ + std::string(max_key_bytes + 1, '.')) {}

std::string KeySpace::KeyOf(absl::string_view key) const { return absl::StrCat(prefix_, key); }

void KeySpace::PutKeyOf(absl::string_view key, std::string& redis_key) const {
  redis_key = prefix_;
  redis_key.append(key.data(), key.size());
}

bool KeySpace::Holds(absl::string_view redis_key) const {
  return absl::StartsWith(redis_key, prefix_);
}

}  // namespace cachestore::redis
