// SPDX-License-Identifier: Apache-2.0

// Calls that travel together keep each its own deadline.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "tests/client/coalescing_fixture.h"
#include "tests/service/transport_test.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using CoalescingDeadlineTest = CoalescingTest;

TEST_P(CoalescingDeadlineTest, ADeadlineThatPassesWhileACallWaitsEndsThatCallThen) {
  KeepOneInFlight();
  Results<Read> soon(1);
  Results<Read> late(2);
  client_->Get(KeyOf(1), {}, late.Callback(0));
  client_->Get(KeyOf(2), {absl::Now() + absl::Milliseconds(20)}, soon.Callback(0));
  client_->Get(KeyOf(3), {}, late.Callback(1));
  EXPECT_THAT(soon.Await()[0],
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasSubstr("did not answer in time")));
  backend_.LetGo();
  EXPECT_THAT(late.Await(), ElementsAre(IsHit(ValueOf(1)), IsHit(ValueOf(3))));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 2"));
}

TEST_P(CoalescingDeadlineTest, ADeadlineThatPassesWhileABatchIsInFlightEndsThatCallThen) {
  for (const bool soon_is_first : {true, false}) {
    Open({}, {});
    backend_.Hold();
    const size_t before = backend_.calls().size();
    Results<Read> first(1);
    Results<Read> soon(1);
    Results<Read> late(1);
    client_->Get("first", {}, first.Callback(0));
    backend_.AwaitCalls(before + 1);
    const auto get_late = [&] { client_->Get(KeyOf(1), {}, late.Callback(0)); };
    if (!soon_is_first) get_late();
    client_->Get(KeyOf(2), {absl::Now() + absl::Milliseconds(300)}, soon.Callback(0));
    if (soon_is_first) get_late();
    backend_.LetGoOnce();
    backend_.AwaitCalls(before + 2);
    EXPECT_THAT(soon.Await()[0], StatusIs(absl::StatusCode::kDeadlineExceeded));
    backend_.LetGo();
    EXPECT_THAT(late.Await()[0], IsHit(ValueOf(1)));
    EXPECT_EQ(backend_.calls().size(), before + 2);
  }
}

TEST_P(CoalescingDeadlineTest, CallsThatMissTheirDeadlineTogetherAreNeverSent) {
  KeepOneInFlight();
  Results<Read> results(20);
  const absl::Time deadline = absl::Now() + absl::Milliseconds(60);
  for (int i = 0; i < 20; ++i) client_->Get(KeyOf(i), {deadline}, results.Callback(i));
  EXPECT_THAT(results.Await(), Each(StatusIs(absl::StatusCode::kDeadlineExceeded)));
  backend_.LetGo();
  first_.Await();
  EXPECT_THAT(BlockingCacheStore(*client_).Get(KeyOf(1)), IsHit(ValueOf(1)));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "Get"));
}

TEST_P(CoalescingDeadlineTest, CallsThatMissTheirDeadlinesOneByOneAreAllAnswered) {
  KeepOneInFlight();
  Results<Read> results(20);
  for (int i = 0; i < 20; ++i) {
    // Descending: each is earlier than what the timer was set for.
    client_->Get(KeyOf(i), {absl::Now() + absl::Milliseconds(60 - 2 * i)}, results.Callback(i));
  }
  EXPECT_THAT(results.Await(), Each(StatusIs(absl::StatusCode::kDeadlineExceeded)));
  backend_.LetGo();
  first_.Await();
  EXPECT_THAT(BlockingCacheStore(*client_).Get(KeyOf(1)), IsHit(ValueOf(1)));
}

TEST_P(CoalescingDeadlineTest, OthersGoOnceOneHasMissedItsDeadlineBehindACall) {
  KeepOneInFlight();
  Results<Read> soon(1);
  Results<Read> late(1);
  client_->Get(KeyOf(1), {absl::Now() + absl::Milliseconds(20)}, soon.Callback(0));
  client_->Get(KeyOf(2), {}, late.Callback(0));
  EXPECT_THAT(soon.Await()[0], StatusIs(absl::StatusCode::kDeadlineExceeded));
  backend_.AwaitCalls(2);  // Although the first is not answered.
  backend_.LetGo();
  EXPECT_THAT(late.Await()[0], IsHit(ValueOf(2)));
}

TEST_P(CoalescingDeadlineTest, OthersGoOnceOneHasMissedItsDeadlineInABatch) {
  backend_.Hold();
  Results<Read> first(1);
  Results<Read> batch(2);
  Results<Read> other(1);
  client_->Get("first", {}, first.Callback(0));
  backend_.AwaitCalls(1);
  client_->Get(KeyOf(1), {}, batch.Callback(0));
  client_->Get(KeyOf(2), {absl::Now() + absl::Milliseconds(300)}, batch.Callback(1));
  backend_.LetGoOnce();
  backend_.AwaitCalls(2);
  client_->Get(KeyOf(3), {}, other.Callback(0));
  backend_.AwaitCalls(3);  // Although the batch is not answered.
  backend_.LetGo();
  EXPECT_THAT(batch.Await(),
              ElementsAre(IsHit(ValueOf(1)), StatusIs(absl::StatusCode::kDeadlineExceeded)));
  EXPECT_THAT(other.Await()[0], IsHit(ValueOf(3)));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 2", "Get"));
}

TEST_P(CoalescingDeadlineTest, OfMaxWaitACallSpendsAtMostHalfOfTheTimeItHas) {
  Open({}, {.coalescing = Coalescing{.max_wait = absl::Seconds(1)}});
  EXPECT_THAT(BlockingCacheStore(*client_).Get(KeyOf(1), {absl::Now() + absl::Milliseconds(600)}),
              IsHit(ValueOf(1)));
}

TEST_P(CoalescingDeadlineTest, ACallWhoseDeadlineHasPassedBeforeItBeginsIsNotSent) {
  EXPECT_THAT(BlockingCacheStore(*client_).Get("k", {absl::Now() - absl::Seconds(1)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(backend_.calls(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Over, CoalescingDeadlineTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
