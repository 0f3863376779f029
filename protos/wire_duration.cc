// SPDX-License-Identifier: Apache-2.0
#include "protos/wire_duration.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace cachestore {
namespace {

// The field numbers of google.protobuf.Duration.
constexpr uint32_t kSeconds = 1;
constexpr uint32_t kNanos = 2;

// What google.protobuf.Duration allows: about 10,000 years.
constexpr int64_t kMaxSeconds = 315'576'000'000;
constexpr int64_t kMaxNanos = 999'999'999;

}  // namespace

bool WireDuration::Merge(WireReader message) {
  is_there_ = true;
  while (message.Next()) {
    if (message.IsVarint(kSeconds)) seconds_ = static_cast<int64_t>(message.Varint());
    if (message.IsVarint(kNanos)) nanos_ = static_cast<int32_t>(message.Varint());
  }
  return message.ok();
}

absl::Status WireDuration::Get(absl::string_view field,
                               std::optional<absl::Duration>& duration) const {
  duration.reset();
  if (!is_there_) return absl::OkStatus();
  const bool in_range = seconds_ >= -kMaxSeconds && seconds_ <= kMaxSeconds &&
                        nanos_ >= -kMaxNanos && nanos_ <= kMaxNanos;
  const bool one_sign = (seconds_ >= 0 && nanos_ >= 0) || (seconds_ <= 0 && nanos_ <= 0);
  if (!in_range || !one_sign) {
    return absl::InvalidArgumentError(absl::StrCat(
        field, ": ", seconds_, " s and ", nanos_,
        " ns are no valid google.protobuf.Duration; give both one sign, nanos below a second and "
        "seconds of at most 10,000 years"));
  }
  duration = absl::Seconds(seconds_) + absl::Nanoseconds(nanos_);
  return absl::OkStatus();
}

std::string EncodeDuration(absl::Duration duration) {
  const absl::Duration most = absl::Seconds(kMaxSeconds);
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(
      std::clamp(absl::Ceil(duration, absl::Nanoseconds(1)), -most, most), absl::Seconds(1), &rest);
  const int64_t nanos = absl::ToInt64Nanoseconds(rest);
  std::string message;
  if (seconds != 0) AppendVarintField(kSeconds, static_cast<uint64_t>(seconds), message);
  if (nanos != 0) AppendVarintField(kNanos, static_cast<uint64_t>(nanos), message);
  return message;
}

}  // namespace cachestore
