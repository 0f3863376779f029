// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_PROTOS_SET_REQUEST_MATCHER_H_
#define TESTS_PROTOS_SET_REQUEST_MATCHER_H_

#include <variant>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "protos/cache.pb.h"
#include "protos/cache_codec.h"

namespace cachestore::codec {

// What protobuf's generated code holds, as a Duration.
template <typename Message>
absl::Duration DurationOf(const Message& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// Expects that the codec has read what the generated code has.
inline void ExpectSame(const SetRequest& read, const v1::SetRequest& expected) {
  EXPECT_EQ(read.key, expected.key());
  EXPECT_EQ(read.value, expected.value());
  EXPECT_EQ(read.keep_ttl, expected.keep_ttl());
  EXPECT_EQ(read.ttl.has_value(), expected.has_ttl());
  if (read.ttl.has_value() && expected.has_ttl()) {
    EXPECT_EQ(*read.ttl, DurationOf(expected.ttl()));
  }
  using Condition = v1::SetRequest::ConditionCase;
  const Condition condition = expected.condition_case();
  EXPECT_EQ(std::holds_alternative<IfAbsent>(read.condition), condition == Condition::kIfAbsent);
  EXPECT_EQ(std::holds_alternative<IfPresent>(read.condition), condition == Condition::kIfPresent);
  const auto* const if_etag = std::get_if<IfEtag>(&read.condition);
  ASSERT_EQ(if_etag != nullptr, condition == Condition::kIfEtag);
  if (if_etag != nullptr) {
    EXPECT_EQ(if_etag->etag, expected.if_etag());
  }
}

}  // namespace cachestore::codec

#endif  // TESTS_PROTOS_SET_REQUEST_MATCHER_H_
