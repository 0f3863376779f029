// SPDX-License-Identifier: Apache-2.0
// What is refused, with which code and in which words.
#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"
#include "tests/testing/operations.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Limits kSmall = {.max_key_bytes = 16,
                       .max_value_bytes = 4096,
                       .default_ttl = absl::Hours(1),
                       .max_ttl = absl::Hours(24)};

// How `operation` ends.
absl::Status Outcome(const Operation& operation, CacheStore& store, absl::string_view key,
                     const CallOptions& options = {}) {
  absl::Status outcome;
  Countdown answered(1);
  operation.start(store, key, options, [&](absl::Status status) {
    outcome = std::move(status);
    answered.Happened();
  });
  return answered.Wait() ? outcome : absl::UnknownError("no callback within 30 s");
}

TEST_P(ConformanceTest, EmptyKeyIsRefused) {
  OpenWith(kSmall);
  for (const Operation& operation : OperationsWithKey()) {
    EXPECT_THAT(
        Outcome(operation, store(), ""),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(operation.key_field + ": is empty")))
        << operation.name;
  }
}

TEST_P(ConformanceTest, KeyOfOneByteIsTaken) {
  OpenWith(kSmall);
  for (const Operation& operation : OperationsWithKey()) {
    EXPECT_THAT(Outcome(operation, store(), "k"), IsOk()) << operation.name;
  }
}

TEST_P(ConformanceTest, KeyBelowTheLimitIsTaken) {
  OpenWith(kSmall);
  for (const Operation& operation : OperationsWithKey()) {
    EXPECT_THAT(Outcome(operation, store(), std::string(15, 'k')), IsOk()) << operation.name;
  }
}

TEST_P(ConformanceTest, KeyAtTheLimitIsTaken) {
  OpenWith(kSmall);
  for (const Operation& operation : OperationsWithKey()) {
    EXPECT_THAT(Outcome(operation, store(), std::string(16, 'k')), IsOk()) << operation.name;
  }
}

TEST_P(ConformanceTest, KeyAboveTheLimitIsRefused) {
  OpenWith(kSmall);
  for (const Operation& operation : OperationsWithKey()) {
    EXPECT_THAT(Outcome(operation, store(), std::string(17, 'k')),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr(operation.key_field +
                                   ": is 17 bytes; the limit is 16 bytes (max_key_bytes)")))
        << operation.name;
  }
}

TEST_P(ConformanceTest, KeyLimitCountsBytesAndNotWhatComesBeforeANul) {
  OpenWith(kSmall);
  EXPECT_THAT(cache().Get(std::string(17, '\0')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key: is 17 bytes")));
}

TEST_P(ConformanceTest, ValueBelowTheLimitIsTaken) {
  OpenWith(kSmall);
  ASSERT_THAT(cache().Set("key", absl::Cord(std::string(4095, 'v'))), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit(std::string(4095, 'v')));
}

TEST_P(ConformanceTest, ValueAtTheLimitIsTaken) {
  OpenWith(kSmall);
  ASSERT_THAT(cache().Set("key", absl::Cord(std::string(4096, 'v'))), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit(std::string(4096, 'v')));
}

TEST_P(ConformanceTest, ValueAboveTheLimitIsRefused) {
  OpenWith(kSmall);
  EXPECT_THAT(cache().Set("key", absl::Cord(std::string(4097, 'v'))),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("value: is 4097 bytes; the limit is 4096 bytes "
                                 "(max_value_bytes)")));
}

TEST_P(ConformanceTest, ValueOfTwiceTheLimitIsRefused) {
  OpenWith(kSmall);
  EXPECT_THAT(cache().Set("key", absl::Cord(std::string(8192, 'v'))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("value: is 8192 bytes")));
}

TEST_P(ConformanceTest, DefaultValueLimitIsOneMebibyte) {
  EXPECT_THAT(cache().Set("key", absl::Cord(std::string(1024 * 1024 + 1, 'v'))),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("value: is 1048577 bytes; the limit is 1048576 bytes")));
}

TEST_P(ConformanceTest, DefaultKeyLimitIs1024Bytes) {
  const std::string key(1024, 'k');
  ASSERT_THAT(cache().Set(key, absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().Get(key), IsHit("value"));
  EXPECT_THAT(cache().Get(key + "k"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("key: is 1025 bytes; the limit is 1024 bytes")));
}

TEST_P(ConformanceTest, MessagesHoldNothingOfTheValue) {
  OpenWith(kSmall);
  std::string value;
  while (value.size() <= 4096) value += "secret";
  EXPECT_THAT(cache().Set("key", absl::Cord(value)),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
  EXPECT_THAT(cache().Set("", absl::Cord("secret")),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
  EXPECT_THAT(cache().Set("key", absl::Cord("secret"), absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
}

TEST_P(ConformanceTest, TtlOfZeroIsRefused) {
  OpenWith(kSmall);
  EXPECT_THAT(cache().Set("key", absl::Cord("value"), absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("ttl: is 0"), HasSubstr("more than zero"))));
}

TEST_P(ConformanceTest, NegativeTtlIsRefused) {
  OpenWith(kSmall);
  for (const absl::Duration ttl :
       {absl::Nanoseconds(-1), absl::Milliseconds(-1), absl::Seconds(-1.5), absl::Hours(-1000)}) {
    EXPECT_THAT(cache().Set("key", absl::Cord("value"), ttl),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("ttl: is -"), HasSubstr("more than zero"))))
        << ttl;
  }
}

TEST_P(ConformanceTest, TtlAtTheLimitIsTaken) {
  OpenWith(kSmall);
  ASSERT_THAT(cache().Set("key", absl::Cord("value"), absl::Hours(24)), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, TtlAboveTheLimitIsRefused) {
  OpenWith(kSmall);
  for (const absl::Duration ttl :
       {absl::Hours(24) + absl::Nanoseconds(1), absl::Hours(25), absl::Hours(24 * 365 * 1000)}) {
    EXPECT_THAT(cache().Set("key", absl::Cord("value"), ttl),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("ttl: is "), HasSubstr("the limit is 24h (max_ttl)"))))
        << ttl;
  }
}

TEST_P(ConformanceTest, InfiniteTtlIsRefused) {
  OpenWith(kSmall);
  EXPECT_THAT(cache().Set("key", absl::Cord("value"), absl::InfiniteDuration()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ttl: is ")));
  EXPECT_THAT(cache().Set("key", absl::Cord("value"), -absl::InfiniteDuration()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ttl: is ")));
}

TEST_P(ConformanceTest, RefusedSetChangesNothing) {
  OpenWith(kSmall);
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_FALSE(cache().Set("key", absl::Cord(std::string(4097, 'v'))).ok());
  EXPECT_FALSE(cache().Set("key", absl::Cord("other"), absl::ZeroDuration()).ok());
  EXPECT_FALSE(cache().Set("key", absl::Cord("other"), absl::InfiniteDuration()).ok());
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, RefusedCallsLeaveTheStoreUsable) {
  OpenWith(kSmall);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(cache().Get("").ok());
    EXPECT_FALSE(cache().Set("key", absl::Cord(std::string(5000, 'v'))).ok());
  }
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("value"));
}

TEST_P(ConformanceTest, PassedDeadlineEndsEveryCall) {
  for (const Operation& operation : AllOperations()) {
    for (const absl::Time deadline : {absl::Now() - absl::Seconds(1), absl::InfinitePast()}) {
      EXPECT_THAT(Outcome(operation, store(), "key", {.deadline = deadline}),
                  StatusIs(absl::StatusCode::kDeadlineExceeded))
          << operation.name;
    }
  }
}

TEST_P(ConformanceTest, DeadlineAheadEndsNoCall) {
  for (const Operation& operation : AllOperations()) {
    EXPECT_THAT(Outcome(operation, store(), "key", {.deadline = absl::Now() + absl::Hours(1)}),
                IsOk())
        << operation.name;
  }
}

}  // namespace
}  // namespace cachestore
