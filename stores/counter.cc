// SPDX-License-Identifier: Apache-2.0
#include "stores/counter.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cachestore {

absl::StatusOr<int64_t> AddToCounter(absl::string_view text, int64_t delta) {
  int64_t number = 0;
  // SimpleAtoi takes more than one text for a number.
  if (!absl::SimpleAtoi(text, &number) || absl::StrCat(number) != text) return NoCounter();
  int64_t sum = 0;
  if (__builtin_add_overflow(number, delta, &sum)) return CounterOverflow();
  return sum;
}

absl::Status NoCounter() {
  return absl::FailedPreconditionError(
      "key: what is stored there is no number in decimal; use another key, or set a number first");
}

absl::Status CounterOverflow() {
  return absl::OutOfRangeError(
      "delta: the sum does not fit 64 bits with a sign; nothing was changed: add less, or set the "
      "counter anew");
}

}  // namespace cachestore
