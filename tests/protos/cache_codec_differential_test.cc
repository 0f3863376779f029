// SPDX-License-Identifier: Apache-2.0

// The codec against protobuf's generated code: the same messages, both ways, and the same verdict
// on bytes that are hardly messages at all.
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protos/cache.pb.h"
#include "protos/cache_codec.h"
#include "tests/protos/codec_fixture.h"
#include "tests/protos/set_request_matcher.h"

namespace cachestore::codec {
namespace {

// Whether a message was refused for what a field holds, and not because it is none.
bool IsRefusedField(const absl::Status& status, absl::string_view field) {
  return absl::StartsWith(status.message(), absl::StrCat(field, ": "));
}

class CacheCodecDifferentialTest : public CodecFixture {
 protected:
  v1::GetRequest RandomGet() {
    v1::GetRequest request;
    request.set_key(RandomBytes(20));
    request.set_want_etag(Below(2) == 0);
    request.set_want_ttl(Below(2) == 0);
    if (Below(2) == 0) Fill(*request.mutable_touch());
    return request;
  }

  v1::GetResponse RandomGot() {
    v1::GetResponse response;
    if (Below(4) != 0) response.set_value(RandomBytes(Below(8) == 0 ? 10'000 : 40));
    if (Below(2) == 0) response.set_etag(RandomBytes(20));
    if (Below(2) == 0) Fill(*response.mutable_ttl());
    return response;
  }

  void ExpectSameGot(const GetResponse& read, const v1::GetResponse& expected) {
    EXPECT_EQ(read.value.has_value(), expected.has_value());
    if (read.value.has_value()) {
      EXPECT_EQ(*read.value, expected.value());
    }
    EXPECT_EQ(read.etag, expected.etag());
    EXPECT_EQ(read.ttl.has_value(), expected.has_ttl());
    if (read.ttl.has_value() && expected.has_ttl()) {
      EXPECT_EQ(*read.ttl, DurationOf(expected.ttl()));
    }
  }
};

TEST_F(CacheCodecDifferentialTest, ReadsTheSetsThatGeneratedCodeWrites) {
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const v1::SetRequest written = RandomSet();
    const std::string bytes = written.SerializeAsString();
    const auto read = DecodeSetRequest(AsCord(bytes));
    ASSERT_TRUE(read.ok()) << read.status();
    ExpectSame(*read, written);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(CacheCodecDifferentialTest, WritesTheSetsThatGeneratedCodeReads) {
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const auto written = DecodeSetRequest(absl::Cord(RandomSet().SerializeAsString()));
    ASSERT_TRUE(written.ok());
    v1::SetRequest read;
    ASSERT_TRUE(read.ParseFromString(std::string(EncodeSetRequest(*written))));
    ExpectSame(*written, read);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedSetsAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = Damage(RandomSet().SerializeAsString());
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", absl::BytesToHexString(bytes)));
    v1::SetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeSetRequest(AsCord(bytes));
    if (!is_message) {
      ASSERT_FALSE(read.ok());
      continue;
    }
    // A message may still hold a ttl that is none, or a condition that is false.
    if (!read.ok()) {
      ASSERT_TRUE((expected.has_ttl() && IsRefusedField(read.status(), "ttl")) ||
                  (expected.has_if_absent() && !expected.if_absent() &&
                   IsRefusedField(read.status(), "if_absent")) ||
                  (expected.has_if_present() && !expected.if_present() &&
                   IsRefusedField(read.status(), "if_present")))
          << read.status();
      continue;
    }
    ++valid;
    ExpectSame(*read, expected);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedGetsAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = Damage(RandomGet().SerializeAsString());
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", absl::BytesToHexString(bytes)));
    v1::GetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeGetRequest(AsCord(bytes));
    if (!read.ok()) {
      ASSERT_TRUE(!is_message || (expected.has_touch() && IsRefusedField(read.status(), "touch")))
          << read.status();
      continue;
    }
    ASSERT_TRUE(is_message);
    ++valid;
    ASSERT_EQ(read->key, expected.key());
    ASSERT_EQ(read->want_etag, expected.want_etag());
    ASSERT_EQ(read->want_ttl, expected.want_ttl());
    ASSERT_EQ(read->touch.has_value(), expected.has_touch());
    if (read->touch.has_value()) {
      ASSERT_EQ(*read->touch, DurationOf(expected.touch()));
    }
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedAnswersOfGetAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = Damage(RandomGot().SerializeAsString());
    SCOPED_TRACE(absl::StrCat("round ", round));
    v1::GetResponse expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeGetResponse(AsCord(bytes));
    if (!read.ok()) {
      ASSERT_TRUE(!is_message || (expected.has_ttl() && IsRefusedField(read.status(), "ttl")))
          << read.status();
      continue;
    }
    ASSERT_TRUE(is_message);
    ++valid;
    ExpectSameGot(*read, expected);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

TEST_F(CacheCodecDifferentialTest, WritesTheAnswersOfGetThatGeneratedCodeReads) {
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const auto written = DecodeGetResponse(absl::Cord(RandomGot().SerializeAsString()));
    ASSERT_TRUE(written.ok());
    v1::GetResponse read;
    ASSERT_TRUE(read.ParseFromString(std::string(EncodeGetResponse(*written))));
    ExpectSameGot(*written, read);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(CacheCodecDifferentialTest, AgreesOnAllFieldsOfGetDeleteAndExists) {
  for (int round = 0; round < kRounds / 10; ++round) {
    const std::string key = RandomBytes(20);
    const absl::Duration touch = absl::Nanoseconds(static_cast<int64_t>(random_()) * 12'345);
    v1::GetRequest get;
    ASSERT_TRUE(get.ParseFromString(std::string(EncodeGetRequest(
        {.key = key, .want_etag = round % 2 == 0, .want_ttl = round % 3 == 0, .touch = touch}))));
    ASSERT_EQ(get.key(), key);
    ASSERT_EQ(get.want_etag(), round % 2 == 0);
    ASSERT_EQ(get.want_ttl(), round % 3 == 0);
    ASSERT_EQ(DurationOf(get.touch()), touch);

    v1::ExistsRequest exists;
    const absl::Cord exists_bytes =
        EncodeExistsRequest({.key = key, .want_ttl = round % 2 == 0, .touch = touch});
    ASSERT_TRUE(exists.ParseFromString(std::string(exists_bytes)));
    const auto read_exists = DecodeExistsRequest(absl::Cord(exists.SerializeAsString()));
    ASSERT_TRUE(read_exists.ok());
    for (const auto& request : {*read_exists, *DecodeExistsRequest(exists_bytes)}) {
      ASSERT_EQ(request.key, exists.key());
      ASSERT_EQ(request.want_ttl, exists.want_ttl());
      ASSERT_EQ(request.touch, DurationOf(exists.touch()));
    }

    v1::DeleteRequest remove;
    const std::string etag = RandomBytes(20);
    ASSERT_TRUE(
        remove.ParseFromString(std::string(EncodeDeleteRequest({.key = key, .if_etag = etag}))));
    ASSERT_EQ(remove.key(), key);
    ASSERT_TRUE(remove.has_if_etag());
    const auto read_remove = DecodeDeleteRequest(absl::Cord(remove.SerializeAsString()));
    ASSERT_TRUE(read_remove.ok());
    ASSERT_EQ(read_remove->key, key);
    ASSERT_EQ(read_remove->if_etag, etag);
  }
}

TEST_F(CacheCodecDifferentialTest, AgreesOnAnswersOfYesAndNo) {
  for (const bool answer : {false, true}) {
    v1::DeleteResponse response;
    ASSERT_TRUE(response.ParseFromString(std::string(EncodeBoolResponse(answer))));
    EXPECT_EQ(response.deleted(), answer);
    const auto read = DecodeBoolResponse(absl::Cord(response.SerializeAsString()));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, answer);

    v1::ExistsResponse exists;
    ASSERT_TRUE(exists.ParseFromString(
        std::string(EncodeExistsResponse({.exists = answer, .ttl = absl::Milliseconds(1'500)}))));
    EXPECT_EQ(exists.exists(), answer);
    EXPECT_EQ(DurationOf(exists.ttl()), absl::Milliseconds(1'500));
    const auto read_exists = DecodeExistsResponse(absl::Cord(exists.SerializeAsString()));
    ASSERT_TRUE(read_exists.ok());
    EXPECT_EQ(read_exists->exists, answer);
    EXPECT_EQ(read_exists->ttl, absl::Milliseconds(1'500));
  }
}

}  // namespace
}  // namespace cachestore::codec
