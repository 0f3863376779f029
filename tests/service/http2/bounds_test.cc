// SPDX-License-Identifier: Apache-2.0

// The small parts that bound what a peer can take of a connection.
#include <cstdint>
#include <optional>
#include <utility>

#include "gtest/gtest.h"
#include "service/transports/http2/closed_streams.h"
#include "service/transports/http2/deadlines.h"
#include "service/transports/http2/frame_allowance.h"
#include "service/transports/http2/unsent_bytes.h"

namespace cachestore::http2 {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(UnsentBytesTest, AReplyThatDoesNotFitIsRefusedUntilAnotherHasLeft) {
  UnsentBytes bytes(10 * kMiB);
  UnsentBytes::Share first;
  UnsentBytes::Share second;
  EXPECT_TRUE(bytes.Take(7 * kMiB, first));
  EXPECT_FALSE(bytes.Take(4 * kMiB, second));
  EXPECT_TRUE(bytes.Take(3 * kMiB, second));
  first = {};
  EXPECT_TRUE(bytes.Take(7 * kMiB, first));
}

TEST(UnsentBytesTest, OneThatIsAloneMayBeAsLargeAsItLikes) {
  UnsentBytes bytes(kMiB);
  UnsentBytes::Share share;
  EXPECT_TRUE(bytes.Take(4 * kMiB, share));
  share = {};
  EXPECT_TRUE(bytes.Take(4 * kMiB, share));
}

TEST(UnsentBytesTest, SmallRepliesAreNotCounted) {
  UnsentBytes bytes(kMiB);
  UnsentBytes::Share large;
  ASSERT_TRUE(bytes.Take(kMiB, large));
  UnsentBytes::Share small;
  EXPECT_TRUE(bytes.Take(UnsentBytes::kMinCountedBytes - 1, small));
  EXPECT_FALSE(bytes.Take(UnsentBytes::kMinCountedBytes, small));
}

TEST(UnsentBytesTest, WhatOneConnectionTakesIsMissingForAll) {
  UnsentBytes all(10 * kMiB);
  UnsentBytes one(8 * kMiB, &all);
  UnsentBytes other(8 * kMiB, &all);
  UnsentBytes::Share of_one;
  UnsentBytes::Share of_other;
  ASSERT_TRUE(one.Take(8 * kMiB, of_one));
  EXPECT_FALSE(other.Take(3 * kMiB, of_other));
  EXPECT_TRUE(other.Take(2 * kMiB, of_other)) << "what was refused is not counted";
  of_one = {};
  UnsentBytes::Share more;
  EXPECT_TRUE(other.Take(6 * kMiB, more));
}

TEST(FrameAllowanceTest, IsUsedUpByFramesThatAskForNothing) {
  FrameAllowance allowance;
  int spent = 0;
  while (allowance.Spend()) ++spent;
  EXPECT_EQ(spent, 10'000);
}

TEST(FrameAllowanceTest, LastsForWhoeverCancelsAllThatHeAsksFor) {
  FrameAllowance allowance;
  for (int i = 0; i < 100'000; ++i) {
    allowance.EarnByRequest();
    ASSERT_TRUE(allowance.Spend());
  }
}

TEST(FrameAllowanceTest, CannotBeSavedUp) {
  FrameAllowance allowance;
  for (int i = 0; i < 100'000; ++i) allowance.EarnByData();
  int spent = 0;
  while (allowance.Spend()) ++spent;
  EXPECT_EQ(spent, 10'000);
}

TEST(ClosedStreamsTest, WhatComesOnAStreamThatThePeerHasEndedIsItsFault) {
  ClosedStreams streams(10);
  EXPECT_FALSE(streams.IsPast(1));
  streams.OnOpened(1);
  streams.OnOpened(3);
  EXPECT_TRUE(streams.IsPast(3));
  EXPECT_FALSE(streams.IsPast(2)) << "the peer opens those with odd numbers";
  EXPECT_EQ(streams.ErrorFor(1), ClosedStreams::kStreamClosed);
  EXPECT_EQ(streams.ErrorFor(3), ClosedStreams::kStreamClosed);
}

TEST(ClosedStreamsTest, AStreamThatWasPassedOverCannotBeOpenedAnyMore) {
  ClosedStreams streams(10);
  streams.OnOpened(1);
  streams.OnOpened(7);
  EXPECT_EQ(streams.ErrorFor(3), ClosedStreams::kProtocolError);
  EXPECT_EQ(streams.ErrorFor(5), ClosedStreams::kProtocolError);
  EXPECT_EQ(streams.ErrorFor(1), ClosedStreams::kStreamClosed);
  EXPECT_EQ(streams.ErrorFor(7), ClosedStreams::kStreamClosed);
}

TEST(ClosedStreamsTest, AResetThatIsToldTwiceTakesNoPlaceOfAnother) {
  ClosedStreams streams(2);
  for (int32_t stream = 1; stream <= 3; stream += 2) streams.OnOpened(stream);
  for (const int32_t stream : {1, 3, 3, 3}) streams.OnReset(stream);
  EXPECT_TRUE(streams.IsReset(1));
  EXPECT_TRUE(streams.IsReset(3));
}

TEST(ClosedStreamsTest, WhatCrossesAResetIsDropped) {
  ClosedStreams streams(3);
  for (int32_t stream = 1; stream <= 11; stream += 2) streams.OnOpened(stream);
  for (int32_t stream = 1; stream <= 9; stream += 2) streams.OnReset(stream);
  for (const int32_t recent : {5, 7, 9}) EXPECT_EQ(streams.ErrorFor(recent), std::nullopt);
  EXPECT_EQ(streams.ErrorFor(3), ClosedStreams::kStreamClosed) << "the peer has heard of it";
  EXPECT_EQ(streams.ErrorFor(11), ClosedStreams::kStreamClosed);
}

class TimedCall final : public Deadlines::Timed {
 public:
  void OnDeadline() override { ++ended; }
  int ended = 0;
};

TEST(DeadlinesTest, CallsEndWhenTheirTimeIsOverAndNotBefore) {
  Deadlines deadlines;
  TimedCall early;
  TimedCall late;
  TimedCall removed;
  const Moment start;
  deadlines.Add(start + std::chrono::seconds(2), late);
  deadlines.Add(start + std::chrono::seconds(1), early);
  deadlines.Add(start + std::chrono::seconds(1), removed);
  deadlines.Remove(removed);
  deadlines.Remove(removed);
  EXPECT_EQ(deadlines.next(), start + std::chrono::seconds(1));
  deadlines.EndUntil(start + std::chrono::seconds(1));
  EXPECT_EQ(early.ended, 1);
  EXPECT_EQ(late.ended, 0);
  EXPECT_EQ(deadlines.next(), start + std::chrono::seconds(2));
  deadlines.EndUntil(start + std::chrono::seconds(9));
  EXPECT_EQ(late.ended, 1);
  EXPECT_EQ(removed.ended, 0);
  EXPECT_EQ(deadlines.next(), kNever);
}

}  // namespace
}  // namespace cachestore::http2
