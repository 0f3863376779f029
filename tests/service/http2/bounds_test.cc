// SPDX-License-Identifier: Apache-2.0

// The small parts that bound what a peer can take of a connection.
#include <utility>

#include "gtest/gtest.h"
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
