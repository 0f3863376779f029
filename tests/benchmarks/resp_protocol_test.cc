// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/resp_protocol.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RespProtocolTest : public testing::Test, public CallObserver {
 protected:
  void Ended(int64_t due_ns, absl::string_view error) override {
    EXPECT_EQ(error, "");
    ended_.push_back(due_ns);
  }
  void Refused(int64_t /*due_ns*/) override { ADD_FAILURE() << "Redis refuses nothing"; }

  const CallScript script_ = RespScript({.keys = 2, .value_bytes = 17});
  RespProtocol protocol_{script_, *this};
  std::vector<int64_t> ended_;
};

constexpr absl::string_view kFirst = "$17\r\nkey:00000000000vv\r\n";
constexpr absl::string_view kSecond = "$17\r\nkey:00000000001vv\r\n";

TEST_F(RespProtocolTest, ACallIsSentOnce) {
  protocol_.Start(1, 0);
  absl::Cord output;
  ASSERT_TRUE(protocol_.Produce(output).ok());
  EXPECT_EQ(output, "*2\r\n$3\r\nGET\r\n$15\r\nkey:00000000001\r\n");
  ASSERT_TRUE(protocol_.Produce(output).ok());
  EXPECT_EQ(output.size(), 35u) << "it was sent twice";
}

TEST_F(RespProtocolTest, CallsEndInTheOrderTheyBegan) {
  protocol_.Start(0, 10);
  protocol_.Start(1, 20);
  ASSERT_TRUE(protocol_.Receive(kFirst).ok());
  EXPECT_THAT(ended_, ElementsAre(10));
  ASSERT_TRUE(protocol_.Receive(kSecond).ok());
  EXPECT_THAT(ended_, ElementsAre(10, 20));
}

TEST_F(RespProtocolTest, RepliesMayComeInAnyPieces) {
  const std::string replies = std::string(kFirst) + std::string(kSecond);
  for (size_t cut = 0; cut <= replies.size(); ++cut) {
    ended_.clear();
    protocol_.Start(0, 10);
    protocol_.Start(1, 20);
    ASSERT_TRUE(protocol_.Receive(absl::string_view(replies).substr(0, cut)).ok()) << cut;
    ASSERT_TRUE(protocol_.Receive(absl::string_view(replies).substr(cut)).ok()) << cut;
    ASSERT_THAT(ended_, ElementsAre(10, 20)) << cut;
  }
}

TEST_F(RespProtocolTest, AnotherReplyThanTheRightOneEndsTheConnection) {
  for (const absl::string_view wrong : {absl::string_view("$-1\r\n"), kSecond}) {
    RespProtocol protocol(script_, *this);
    protocol.Start(0, 10);
    const absl::Status status = protocol.Receive(wrong);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr("a wrong reply"));
  }
  EXPECT_THAT(ended_, IsEmpty());
}

TEST_F(RespProtocolTest, AReplyToNoCallEndsTheConnection) {
  EXPECT_EQ(protocol_.Receive(kFirst).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace cachestore
