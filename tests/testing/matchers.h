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
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/cache_options.h"

namespace cachestore {

namespace matchers_internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

inline const std::optional<absl::Cord>& ValueOf(const std::optional<absl::Cord>& read) {
  return read;
}
inline const std::optional<absl::Cord>& ValueOf(const GetResult& read) { return read.value; }

// Whether there is nothing beside the value.
inline bool IsBare(const std::optional<absl::Cord>& /*read*/) { return true; }
inline bool IsBare(const GetResult& read) { return read.etag.empty() && !read.ttl.has_value(); }

// A result of Get, GetWith or an item of BatchGet in a line: values may be large, and hold any
// byte.
template <typename Read>
void Describe(const absl::StatusOr<Read>& result, std::ostream* out) {
  if (out == nullptr) return;
  if (!result.ok()) {
    *out << "which is " << result.status();
    return;
  }
  const std::optional<absl::Cord>& value = ValueOf(*result);
  if (value.has_value()) {
    *out << "which is a hit of " << value->size()
         << " bytes: " << absl::CHexEscape(std::string(value->Subcord(0, 64)));
  } else {
    *out << "which is a miss" << (IsBare(*result) ? "" : " that has an etag or a TTL");
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

// The matchers for what Get and GetWith answer, and for the items of a BatchGet.

// A miss has neither an etag nor a TTL.
MATCHER(IsMiss, "is a miss") {
  matchers_internal::Describe(arg, result_listener->stream());
  return arg.ok() && !matchers_internal::ValueOf(*arg).has_value() &&
         matchers_internal::IsBare(*arg);
}

MATCHER_P(IsHit, value,
          "is a hit of " + std::to_string(absl::string_view(value).size()) +
              " bytes: " + absl::CHexEscape(absl::string_view(value).substr(0, 64))) {
  matchers_internal::Describe(arg, result_listener->stream());
  return arg.ok() && matchers_internal::ValueOf(*arg) == absl::string_view(value);
}

// The matchers for the TTL in what GetWith, ExistsWith and Increment answer.

// A minute is what may really pass in a test.
MATCHER_P(HasTtl, ttl,
          "has a TTL of " + absl::FormatDuration(ttl) + ", or up to a minute less, but not zero") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  if (!arg->ttl.has_value()) {
    *result_listener << "which has none";
    return false;
  }
  *result_listener << "which has one of " << *arg->ttl;
  return *arg->ttl <= ttl && *arg->ttl > ttl - absl::Minutes(1) && *arg->ttl > absl::ZeroDuration();
}

MATCHER(HasNoTtl, "has no TTL") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  return !arg->ttl.has_value();
}

// What ExistsWith answers.
MATCHER_P(TellsExists, exists, exists ? "tells of an entry" : "tells of no entry") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  return arg->exists == exists && (exists || !arg->ttl.has_value());
}

}  // namespace cachestore

#endif  // TESTS_TESTING_MATCHERS_H_
