// SPDX-License-Identifier: Apache-2.0
#include "protos/cache_codec.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.pb.h"
#include "protos/wire.h"

namespace cachestore::codec {
namespace {

using testing::HasSubstr;

// What the generated code makes of a Set with this ttl, decoded by ours.
absl::StatusOr<SetRequest> DecodeWithTtl(int64_t seconds, int32_t nanos) {
  v1::SetRequest request;
  request.set_key("k");
  request.mutable_ttl()->set_seconds(seconds);
  request.mutable_ttl()->set_nanos(nanos);
  return DecodeSetRequest(absl::Cord(request.SerializeAsString()));
}

TEST(CacheCodecTest, AnEmptyValueIsAHitAndAnAbsentOneAMiss) {
  const auto hit = DecodeValue(EncodeGetResponse({.value = absl::Cord()}));
  ASSERT_TRUE(hit.ok());
  EXPECT_EQ(*hit, absl::Cord());
  const auto miss = DecodeValue(EncodeGetResponse({}));
  ASSERT_TRUE(miss.ok());
  EXPECT_EQ(*miss, std::nullopt);
}

TEST(CacheCodecTest, ATtlKeepsItsNanoseconds) {
  const absl::Duration ttl = absl::Seconds(61) + absl::Nanoseconds(999'999'999);
  const auto request = DecodeSetRequest(EncodeSetRequest({.key = "k", .ttl = ttl}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->ttl, ttl);
}

TEST(CacheCodecTest, ATtlFinerThanNanosecondsIsRoundedUp) {
  const absl::Duration ttl = absl::Seconds(1) - absl::Nanoseconds(1) / 4;
  const auto request = DecodeSetRequest(EncodeSetRequest({.key = "k", .ttl = ttl}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->ttl, absl::Seconds(1));
}

TEST(CacheCodecTest, AZeroTtlIsNotAnAbsentOne) {
  const auto zero = DecodeSetRequest(EncodeSetRequest({.key = "k", .ttl = absl::ZeroDuration()}));
  ASSERT_TRUE(zero.ok());
  EXPECT_EQ(zero->ttl, absl::ZeroDuration());
  const auto absent = DecodeSetRequest(EncodeSetRequest({.key = "k"}));
  ASSERT_TRUE(absent.ok());
  EXPECT_EQ(absent->ttl, std::nullopt);
}

TEST(CacheCodecTest, ATtlBeyondTheMessagesRangeIsWrittenAsTheLongestOne) {
  const absl::Duration most = absl::Seconds(315'576'000'000);
  for (const absl::Duration ttl : {absl::InfiniteDuration(), most + absl::Nanoseconds(1)}) {
    const auto request = DecodeSetRequest(EncodeSetRequest({.key = "k", .ttl = ttl}));
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->ttl, most);
  }
  const auto request =
      DecodeSetRequest(EncodeSetRequest({.key = "k", .ttl = -absl::InfiniteDuration()}));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->ttl, -most);
}

TEST(CacheCodecTest, RefusesADurationWithMixedSigns) {
  for (const auto& [seconds, nanos] : {std::pair<int64_t, int32_t>{1, -1}, {-1, 1}}) {
    const absl::Status status = DecodeWithTtl(seconds, nanos).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << seconds << " " << nanos;
    EXPECT_THAT(std::string(status.message()), HasSubstr("ttl: "));
  }
}

TEST(CacheCodecTest, RefusesADurationOutOfItsRange) {
  EXPECT_TRUE(DecodeWithTtl(315'576'000'000, 999'999'999).ok());
  EXPECT_TRUE(DecodeWithTtl(-315'576'000'000, -999'999'999).ok());
  EXPECT_FALSE(DecodeWithTtl(315'576'000'001, 0).ok());
  EXPECT_FALSE(DecodeWithTtl(-315'576'000'001, 0).ok());
  EXPECT_FALSE(DecodeWithTtl(0, 1'000'000'000).ok());
  EXPECT_FALSE(DecodeWithTtl(0, -1'000'000'000).ok());
}

TEST(CacheCodecTest, TheLastOfAFieldWins) {
  v1::SetRequest first;
  first.set_key("first");
  first.set_value("1");
  v1::SetRequest second;
  second.set_key("second");
  second.set_value("2");
  const auto request =
      DecodeSetRequest(absl::Cord(first.SerializeAsString() + second.SerializeAsString()));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->key, "second");
  EXPECT_EQ(request->value, "2");
}

TEST(CacheCodecTest, ATtlThatComesTwiceIsMerged) {
  v1::SetRequest seconds;
  seconds.mutable_ttl()->set_seconds(5);
  v1::SetRequest nanos;
  nanos.mutable_ttl()->set_nanos(7);
  const auto request =
      DecodeSetRequest(absl::Cord(seconds.SerializeAsString() + nanos.SerializeAsString()));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->ttl, absl::Seconds(5) + absl::Nanoseconds(7));
}

TEST(CacheCodecTest, RefusesWhatIsNoMessage) {
  const absl::Cord broken(
      "\x0a\x05"
      "abc");
  EXPECT_EQ(DecodeGetRequest(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeSetRequest(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeGetResponse(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeDeleteRequest(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeExistsRequest(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeExistsResponse(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeBoolResponse(broken).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DecodeEmpty(broken).code(), absl::StatusCode::kInvalidArgument);
}

TEST(CacheCodecTest, ABrokenTtlIsRefused) {
  std::string message;
  AppendBytesField(3, "\x08", message);
  EXPECT_EQ(DecodeSetRequest(absl::Cord(message)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cachestore::codec
