// SPDX-License-Identifier: Apache-2.0
#include "protos/counter_codec.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/counter.pb.h"
#include "tests/protos/codec_fixture.h"
#include "tests/protos/set_request_matcher.h"

namespace cachestore::codec {
namespace {

using CounterCodecTest = CodecFixture;

TEST_F(CounterCodecTest, KeepsEveryNumberToTheEndsOfItsRange) {
  for (const int64_t number :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1} << 53, (int64_t{1} << 53) + 1,
        std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    const auto request =
        DecodeIncrementRequest(EncodeIncrementRequest({.key = "k", .delta = number}));
    ASSERT_TRUE(request.ok()) << number;
    EXPECT_EQ(request->key, "k");
    EXPECT_EQ(request->delta, number);
    EXPECT_EQ(request->ttl, std::nullopt);
    const auto response = DecodeIncrementResponse(EncodeIncrementResponse({.value = number}));
    ASSERT_TRUE(response.ok()) << number;
    EXPECT_EQ(response->value, number);
    EXPECT_EQ(response->ttl, std::nullopt);
  }
}

TEST_F(CounterCodecTest, AgreesWithGeneratedCode) {
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    v1::IncrementRequest request;
    const IncrementRequest written = {
        .key = RandomBytes(20), .delta = RandomNumber(), .ttl = absl::Nanoseconds(random_())};
    ASSERT_TRUE(request.ParseFromString(std::string(EncodeIncrementRequest(written))));
    ASSERT_EQ(request.key(), written.key);
    ASSERT_EQ(request.delta(), written.delta);
    ASSERT_EQ(DurationOf(request.ttl()), written.ttl);

    v1::IncrementResponse response;
    ASSERT_TRUE(response.ParseFromString(
        std::string(EncodeIncrementResponse({.value = written.delta, .ttl = written.ttl}))));
    ASSERT_EQ(response.value(), written.delta);
    ASSERT_EQ(DurationOf(response.ttl()), written.ttl);
    const std::string bytes = response.SerializeAsString();
    const auto read = DecodeIncrementResponse(AsCord(bytes));
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->value, written.delta);
    ASSERT_EQ(read->ttl, written.ttl);
  }
}

TEST_F(CounterCodecTest, JudgesDamagedRequestsAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    v1::IncrementRequest written;
    written.set_key(RandomBytes(20));
    written.set_delta(RandomNumber());
    if (Below(2) == 0) Fill(*written.mutable_ttl());
    const std::string bytes = Damage(written.SerializeAsString());
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", absl::BytesToHexString(bytes)));
    v1::IncrementRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeIncrementRequest(AsCord(bytes));
    if (!read.ok()) {
      ASSERT_TRUE(!is_message || expected.has_ttl()) << read.status();
      continue;
    }
    ASSERT_TRUE(is_message);
    ++valid;
    ASSERT_EQ(read->key, expected.key());
    ASSERT_EQ(read->delta, expected.delta());
    ASSERT_EQ(read->ttl.has_value(), expected.has_ttl());
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

}  // namespace
}  // namespace cachestore::codec
