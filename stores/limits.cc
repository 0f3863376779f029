// SPDX-License-Identifier: Apache-2.0
#include "stores/limits.h"

#include "absl/strings/str_cat.h"

namespace cachestore {

absl::Status CheckLimits(const Limits& limits) {
  // Far below where times in nanoseconds overflow.
  constexpr absl::Duration kMostTtl = absl::Hours(24 * 365 * 100);
  if (limits.max_ttl > kMostTtl) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_ttl: is ", absl::FormatDuration(limits.max_ttl), "; give at most ",
                     absl::FormatDuration(kMostTtl)));
  }
  if (limits.default_ttl <= absl::ZeroDuration() || limits.default_ttl > limits.max_ttl) {
    return absl::InvalidArgumentError(absl::StrCat(
        "default_ttl: is ", absl::FormatDuration(limits.default_ttl),
        "; give more than zero, and at most max_ttl, ", absl::FormatDuration(limits.max_ttl)));
  }
  return absl::OkStatus();
}

namespace limits_internal {

absl::Status StoreClosed() { return absl::FailedPreconditionError("store is closed"); }

absl::Status DeadlinePassed() {
  return absl::DeadlineExceededError("the deadline had passed before the call began");
}

absl::Status WrongKeySize(size_t key_bytes, const Limits& limits) {
  if (key_bytes == 0) {
    return absl::InvalidArgumentError("key: is empty; give a key of at least 1 byte");
  }
  return absl::InvalidArgumentError(absl::StrCat("key: is ", key_bytes, " bytes; the limit is ",
                                                 limits.max_key_bytes,
                                                 " bytes (max_key_bytes): shorten or hash it"));
}

absl::Status ValueTooLarge(size_t value_bytes, const Limits& limits) {
  return absl::InvalidArgumentError(absl::StrCat("value: is ", value_bytes, " bytes; the limit is ",
                                                 limits.max_value_bytes,
                                                 " bytes (max_value_bytes): split or compress it"));
}

}  // namespace limits_internal

absl::StatusOr<int64_t> CheckTtlMillis(std::optional<absl::Duration> ttl, const Limits& limits) {
  if (ttl.has_value() && *ttl <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("ttl: is ", absl::FormatDuration(*ttl),
                     "; give more than zero, or leave it out for the default of ",
                     absl::FormatDuration(limits.default_ttl)));
  }
  if (ttl.has_value() && *ttl > limits.max_ttl) {
    return absl::InvalidArgumentError(
        absl::StrCat("ttl: is ", absl::FormatDuration(*ttl), "; the limit is ",
                     absl::FormatDuration(limits.max_ttl), " (max_ttl): give less"));
  }
  const absl::Duration resolved = ttl.value_or(limits.default_ttl);
  return absl::ToInt64Milliseconds(absl::Ceil(resolved, absl::Milliseconds(1)));
}

}  // namespace cachestore
