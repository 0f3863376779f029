// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_MATCHERS_H_
#define TESTS_TESTING_MATCHERS_H_

#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"

namespace cachestore {

namespace matchers_internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// A result of Get in a line: values may be large, and hold any byte.
inline void Describe(const absl::StatusOr<std::optional<absl::Cord>>& result, std::ostream* out) {
  if (out == nullptr) return;
  if (!result.ok()) {
    *out << "which is " << result.status();
  } else if (!result->has_value()) {
    *out << "which is a miss";
  } else {
    *out << "which is a hit of " << (**result).size()
         << " bytes: " << absl::CHexEscape(std::string((**result).Subcord(0, 64)));
  }
}

}  // namespace matchers_internal

// The matchers for a Status or a StatusOr.

MATCHER(IsOk, "is OK") {
  *result_listener << "which is " << matchers_internal::StatusOf(arg);
  return arg.ok();
}

MATCHER_P(StatusIs, code, "has the code " + ::testing::PrintToString(code)) {
  const absl::Status& status = matchers_internal::StatusOf(arg);
  *result_listener << "which is " << status;
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message,
           "has the code " + ::testing::PrintToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message)) {
  const absl::Status& status = matchers_internal::StatusOf(arg);
  *result_listener << "which is " << status;
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

MATCHER_P(IsOkAndHolds, value,
          "is OK and holds a value that " +
              ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(value)) {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

// The matchers for what Get answers.

MATCHER(IsMiss, "is a miss") {
  matchers_internal::Describe(arg, result_listener->stream());
  return arg.ok() && !arg->has_value();
}

MATCHER_P(IsHit, value,
          "is a hit of " + std::to_string(absl::string_view(value).size()) +
              " bytes: " + absl::CHexEscape(absl::string_view(value).substr(0, 64))) {
  matchers_internal::Describe(arg, result_listener->stream());
  return arg.ok() && arg->has_value() && **arg == absl::string_view(value);
}

}  // namespace cachestore

#endif  // TESTS_TESTING_MATCHERS_H_
