// SPDX-License-Identifier: Apache-2.0

// The codec against protobuf's generated code: the same messages, both ways, and the same verdict
// on bytes that are hardly messages at all.
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "protos/cache.pb.h"
#include "protos/cache_codec.h"

namespace cachestore::codec {
namespace {

constexpr uint32_t kSeed = 20'260'101;
constexpr int kRounds = 20'000;

class CacheCodecDifferentialTest : public testing::Test {
 protected:
  void SetUp() override { RecordProperty("seed", kSeed); }

  size_t Below(size_t bound) { return random_() % bound; }

  std::string RandomBytes(size_t most) {
    std::string bytes(Below(most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  // A message with parts cut out, changed, doubled, or put elsewhere.
  std::string Damage(std::string bytes) {
    for (size_t i = Below(4); i > 0 && !bytes.empty(); --i) {
      const size_t at = Below(bytes.size());
      switch (Below(4)) {
        case 0:
          bytes.erase(at, 1 + Below(3));
          break;
        case 1:
          bytes[at] = static_cast<char>(random_());
          break;
        case 2:
          bytes.insert(at, RandomBytes(4));
          break;
        default:
          bytes += bytes.substr(at);
          break;
      }
    }
    return bytes;
  }

  // The same bytes as a Cord of one chunk or of several.
  absl::Cord AsCord(const std::string& bytes) {
    if (Below(2) == 0) return absl::Cord(bytes);
    absl::Cord cord;
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = std::min(bytes.size() - at, 1 + Below(9));
      cord.Append(absl::MakeCordFromExternal(absl::string_view(bytes).substr(at, size), [] {}));
      at += size;
    }
    return cord;
  }

  v1::SetRequest RandomSet() {
    v1::SetRequest request;
    request.set_key(RandomBytes(20));
    request.set_value(RandomBytes(40));
    if (Below(2) == 0) {
      request.mutable_ttl()->set_seconds(static_cast<int64_t>(Below(1'000'000)));
      request.mutable_ttl()->set_nanos(static_cast<int32_t>(Below(1'000'000'000)));
    }
    return request;
  }

  std::mt19937 random_{kSeed};
};

TEST_F(CacheCodecDifferentialTest, ReadsTheSetsThatGeneratedCodeWrites) {
  for (int round = 0; round < kRounds; ++round) {
    const v1::SetRequest written = RandomSet();
    const std::string bytes = written.SerializeAsString();
    const auto read = DecodeSetRequest(AsCord(bytes));
    ASSERT_TRUE(read.ok()) << "round " << round;
    ASSERT_EQ(read->key, written.key()) << "round " << round;
    ASSERT_EQ(read->value, written.value()) << "round " << round;
    ASSERT_EQ(read->ttl.has_value(), written.has_ttl()) << "round " << round;
    if (written.has_ttl()) {
      ASSERT_EQ(*read->ttl,
                absl::Seconds(written.ttl().seconds()) + absl::Nanoseconds(written.ttl().nanos()));
    }
  }
}

TEST_F(CacheCodecDifferentialTest, WritesTheSetsThatGeneratedCodeReads) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string key = RandomBytes(20);
    const std::string value = RandomBytes(40);
    const absl::Duration ttl = absl::Nanoseconds(static_cast<int64_t>(random_()) * 12'345);
    v1::SetRequest read;
    ASSERT_TRUE(read.ParseFromString(
        std::string(EncodeSetRequest({.key = key, .value = absl::Cord(value), .ttl = ttl}))));
    ASSERT_EQ(read.key(), key) << "round " << round;
    ASSERT_EQ(read.value(), value) << "round " << round;
    ASSERT_EQ(absl::Seconds(read.ttl().seconds()) + absl::Nanoseconds(read.ttl().nanos()), ttl);
  }
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedSetsAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = Damage(RandomSet().SerializeAsString());
    v1::SetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeSetRequest(AsCord(bytes));
    if (!is_message) {
      ASSERT_FALSE(read.ok()) << "round " << round << ": " << absl::BytesToHexString(bytes);
      continue;
    }
    // A message may still hold a ttl that is none.
    if (!read.ok()) {
      ASSERT_TRUE(expected.has_ttl()) << "round " << round << ": " << read.status();
      continue;
    }
    ++valid;
    ASSERT_EQ(read->key, expected.key()) << "round " << round;
    ASSERT_EQ(read->value, expected.value()) << "round " << round;
    ASSERT_EQ(read->ttl.has_value(), expected.has_ttl()) << "round " << round;
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedKeyRequestsAsGeneratedCodeDoes) {
  for (int round = 0; round < kRounds; ++round) {
    v1::GetRequest written;
    written.set_key(RandomBytes(20));
    const std::string bytes = Damage(written.SerializeAsString());
    v1::GetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeGetRequest(AsCord(bytes));
    ASSERT_EQ(read.ok(), is_message) << "round " << round << ": " << absl::BytesToHexString(bytes);
    if (!is_message) continue;
    ASSERT_EQ(read->key, expected.key()) << "round " << round;
  }
}

TEST_F(CacheCodecDifferentialTest, JudgesDamagedResponsesAsGeneratedCodeDoes) {
  for (int round = 0; round < kRounds; ++round) {
    v1::GetResponse written;
    if (Below(4) != 0) written.set_value(RandomBytes(40));
    const std::string bytes = Damage(written.SerializeAsString());
    v1::GetResponse expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeValue(AsCord(bytes));
    ASSERT_EQ(read.ok(), is_message) << "round " << round << ": " << absl::BytesToHexString(bytes);
    if (!is_message) continue;
    ASSERT_EQ(read->has_value(), expected.has_value()) << "round " << round;
    if (!expected.has_value()) continue;
    ASSERT_EQ(**read, expected.value()) << "round " << round;
  }
}

TEST_F(CacheCodecDifferentialTest, AgreesOnRequestsOfKeysAndAnswersOfYesAndNo) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string key = RandomBytes(20);
    v1::ExistsRequest request;
    ASSERT_TRUE(request.ParseFromString(std::string(EncodeExistsRequest({.key = key}))));
    ASSERT_EQ(request.key(), key);
  }
  for (const bool answer : {false, true}) {
    v1::DeleteResponse response;
    ASSERT_TRUE(response.ParseFromString(std::string(EncodeBoolResponse(answer))));
    EXPECT_EQ(response.deleted(), answer);
    const auto read = DecodeBoolResponse(absl::Cord(response.SerializeAsString()));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, answer);
  }
}

}  // namespace
}  // namespace cachestore::codec
