// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/conformance.h"

#include <random>
#include <utility>

#include "absl/strings/cord.h"

namespace cachestore {

void ConformanceTest::OpenWith(const Limits& limits) {
  delegate_.reset();
  delegate_ = GetParam()(limits);
}

std::string EtagIn(BlockingCacheStore cache, absl::string_view key) {
  return cache.GetWith(key, {.want_etag = true}).value_or(GetResult()).etag;
}

std::vector<SetEntry> EntriesOf(const std::vector<std::string>& keys) {
  std::vector<SetEntry> entries;
  for (const std::string& key : keys) {
    entries.push_back({.key = key, .value = absl::Cord("value of " + key)});
  }
  return entries;
}

absl::Cord BorrowedValue(absl::string_view bytes, std::shared_ptr<Countdown> released) {
  auto buffer = std::make_unique<std::string>(bytes);
  const absl::string_view view = *buffer;
  return absl::MakeCordFromExternal(
      view, [released = std::move(released), buffer = std::move(buffer)]() mutable {
        buffer.reset();
        released->Happened();
      });
}

std::string SomeBytes(size_t bytes, uint32_t seed) {
  std::mt19937 random(seed);
  std::string result(bytes, '\0');
  for (char& byte : result) byte = static_cast<char>(random());
  return result;
}

}  // namespace cachestore
