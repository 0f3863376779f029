// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_LIMITS_H_
#define STORES_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "stores/cache_options.h"
#include "stores/call_gate.h"

namespace cachestore {

// What one entry may be. Every store takes the same limits and refuses with the same words, so that
// changing the backend changes no error.
struct Limits {
  size_t max_key_bytes = 1024;
  size_t max_value_bytes = 1024 * 1024;

  // The TTL of a Set that gives none.
  absl::Duration default_ttl = absl::Minutes(5);

  // The longest TTL that a Set may give. At most 100 years.
  absl::Duration max_ttl = absl::Hours(24 * 365);

  // The most keys, or entries, of one batch.
  size_t max_batch_keys = kDefaultMaxBatchKeys;
};

// Whether the limits make sense together: INVALID_ARGUMENT names the one that does not.
absl::Status CheckLimits(const Limits& limits);

// What comes before the arguments: FAILED_PRECONDITION if the store was closed and gave no pass,
// and DEADLINE_EXCEEDED if the deadline has passed.
inline absl::Status CheckCall(const CallGate::Pass& pass, const CallOptions& options);

// The checks of the arguments, in the order of the contract. Each error is INVALID_ARGUMENT, names
// the field and says what to do. Messages hold sizes, never contents.
inline absl::Status CheckKey(absl::string_view key, const Limits& limits);
inline absl::Status CheckValueSize(size_t value_bytes, const Limits& limits);

// The TTL of a Set in whole milliseconds (the unit of Redis's PX), rounded up; the default TTL for
// nullopt.
absl::StatusOr<int64_t> CheckTtlMillis(std::optional<absl::Duration> ttl, const Limits& limits);

// The TTL of a touch in whole milliseconds, likewise; 0 for nullopt.
absl::StatusOr<int64_t> CheckTouchMillis(std::optional<absl::Duration> touch, const Limits& limits);

absl::Status CheckEtag(absl::string_view etag);

// Key, value and options of a SetWith; gives the TTL in whole milliseconds of an entry that it
// creates.
absl::StatusOr<int64_t> CheckSet(absl::string_view key, size_t value_bytes, const SetOptions& set,
                                 const Limits& limits);

// A whole batch. The error names the first item that is refused.
absl::Status CheckKeys(absl::Span<const absl::string_view> keys, const Limits& limits);
absl::StatusOr<std::vector<int64_t>> CheckEntries(absl::Span<const SetEntry> entries,
                                                  const Limits& limits);

// The errors of the checks, out of line: every call checks, and few fail.
namespace limits_internal {
absl::Status StoreClosed();
absl::Status DeadlinePassed();
absl::Status WrongKeySize(size_t key_bytes, const Limits& limits);
absl::Status ValueTooLarge(size_t value_bytes, const Limits& limits);
}  // namespace limits_internal

absl::Status CheckCall(const CallGate::Pass& pass, const CallOptions& options) {
  if (!pass) return limits_internal::StoreClosed();
  // Most calls have no deadline, and then need no clock.
  if (options.deadline == absl::InfiniteFuture() || absl::Now() < options.deadline) return {};
  return limits_internal::DeadlinePassed();
}

absl::Status CheckKey(absl::string_view key, const Limits& limits) {
  if (!key.empty() && key.size() <= limits.max_key_bytes) return {};
  return limits_internal::WrongKeySize(key.size(), limits);
}

absl::Status CheckValueSize(size_t value_bytes, const Limits& limits) {
  if (value_bytes <= limits.max_value_bytes) return {};
  return limits_internal::ValueTooLarge(value_bytes, limits);
}

}  // namespace cachestore

#endif  // STORES_LIMITS_H_
