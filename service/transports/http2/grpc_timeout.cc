// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/grpc_timeout.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"

namespace cachestore::http2 {
namespace {

std::optional<absl::Duration> UnitOf(char letter) {
  switch (letter) {
    case 'H':
      return absl::Hours(1);
    case 'M':
      return absl::Minutes(1);
    case 'S':
      return absl::Seconds(1);
    case 'm':
      return absl::Milliseconds(1);
    case 'u':
      return absl::Microseconds(1);
    case 'n':
      return absl::Nanoseconds(1);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<absl::Duration> ParseGrpcTimeout(absl::string_view text) {
  constexpr size_t kMaxDigits = 8;
  if (text.size() < 2 || text.size() > kMaxDigits + 1) return std::nullopt;
  const std::optional<absl::Duration> unit = UnitOf(text.back());
  text.remove_suffix(1);
  if (!unit.has_value() || !std::ranges::all_of(text, absl::ascii_isdigit)) return std::nullopt;
  int64_t count = 0;
  for (const char digit : text) count = count * 10 + (digit - '0');
  return count * *unit;
}

}  // namespace cachestore::http2
