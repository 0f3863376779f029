// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_COUNTER_H_
#define STORES_COUNTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// Counters are values that hold a number in decimal: digits without leading zeros, with a minus
// sign if it is below zero. No other text is a number, so that each has one text.

// The sum of the counter `text` and `delta`.
//   FAILED_PRECONDITION  `text` is no counter of int64_t
//   OUT_OF_RANGE         the sum is none
absl::StatusOr<int64_t> AddToCounter(absl::string_view text, int64_t delta);

// These two errors, for a backend that counts by itself.
absl::Status NoCounter();
absl::Status CounterOverflow();

}  // namespace cachestore

#endif  // STORES_COUNTER_H_
