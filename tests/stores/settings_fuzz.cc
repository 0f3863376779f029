// SPDX-License-Identifier: Apache-2.0

// What a setting may hold: any bytes. `./dev fuzz settings` has libFuzzer make them up;
// settings_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "stores/settings.h"
#include "tests/testing/require.h"

namespace cachestore {
namespace {

void CheckParsers(absl::string_view text) {
  constexpr size_t kMost = size_t{1} << 40;
  size_t number = 0;
  Require(!ParseNumber(text, 3, 1000, number) || (number >= 3 && number <= 1000),
          "a number is in its range", text);
  size_t bytes = 0;
  size_t again = 0;
  if (ParseBytes(text, 1, kMost, bytes)) {
    Require(bytes >= 1 && bytes <= kMost, "a number of bytes is in its range", text);
    Require(ParseBytes(FormatBytes(bytes), 1, kMost, again) && again == bytes,
            "what is written of bytes is read as the same", text);
  }
  absl::Duration time;
  if (ParseSeconds(text, absl::Milliseconds(1), absl::Hours(1), time)) {
    Require(time >= absl::Milliseconds(1) && time <= absl::Hours(1), "a time is in its range",
            text);
  }
}

// The text as each of the settings in turn.
void CheckSettings(absl::string_view text) {
  CacheSettings target;
  std::vector<Setting> settings =
      SettingsOf(target, {Backend::kMemory, Backend::kRedis, Backend::kNone, Backend::kRemote});
  for (Setting& setting : SettingsOfRemote(target.remote)) settings.push_back(std::move(setting));
  for (const Setting& setting : settings) {
    const auto source = [&](const std::string& name) -> std::optional<std::string> {
      if (name != setting.environment) return std::nullopt;
      return std::string(text);
    };
    const auto nothing = [](const std::string& /*name*/) { return std::nullopt; };
    const absl::Status status = Resolve(settings, nothing, source);
    if (status.ok()) continue;
    RequireClearError(status, text);
    Require(absl::StartsWith(status.message(), setting.environment), "an error names its setting",
            text);
  }
}

}  // namespace
}  // namespace cachestore

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = 256;
  const absl::string_view input(reinterpret_cast<const char*>(data), std::min(size, kMaxInput));
  cachestore::CheckParsers(input);
  cachestore::CheckSettings(input);
  return 0;
}
