// SPDX-License-Identifier: Apache-2.0

// Calls that travel together: which ones, and how many. That they are a CacheStore's is the
// conformance suite's.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "tests/client/coalescing_fixture.h"
#include "tests/service/transport_test.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using CallCoalescerTest = CoalescingTest;

TEST_P(CallCoalescerTest, GetsThatAreMadeWhileOneIsInFlightGoAsOneBatch) {
  KeepOneInFlight();
  Results<Read> results(10);
  for (int i = 0; i < 10; ++i) client_->Get(KeyOf(100 - 10 * i), {}, results.Callback(i));
  backend_.LetGo();
  const std::vector<Read> reads = results.Await();
  for (int i = 0; i < 10; ++i) {
    const int key = 100 - 10 * i;
    if (key < kEntries) {
      EXPECT_THAT(reads[i], IsHit(ValueOf(key)));
    } else {
      EXPECT_THAT(reads[i], IsMiss());
    }
  }
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 10"));
}

TEST_P(CallCoalescerTest, SetsThatAreMadeWhileOneIsInFlightGoAsOneBatch) {
  backend_.Hold();
  Results<absl::Status> results(5);
  for (int i = 0; i < 5; ++i) {
    client_->Set(KeyOf(i), absl::Cord(absl::StrCat("new", i)), absl::Hours(1), {},
                 results.Callback(i));
  }
  backend_.AwaitCalls(1);
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ::testing::Each(IsOk()));
  EXPECT_THAT(backend_.calls(), ElementsAre("Set", "BatchSet 4"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(BlockingCacheStore(*memory_).GetWith(KeyOf(i), {.want_ttl = true}),
                HasTtl(absl::Hours(1)));
    EXPECT_THAT(BlockingCacheStore(*memory_).Get(KeyOf(i)), IsHit(absl::StrCat("new", i)));
  }
}

TEST_P(CallCoalescerTest, DeletesAndExistsGoEachWithTheirLike) {
  backend_.Hold();
  Results<absl::StatusOr<bool>> deleted(4);
  Results<absl::StatusOr<bool>> exist(4);
  const auto key_of = [](int i) { return i == 2 ? "absent" : KeyOf(i); };
  for (int i = 0; i < 4; ++i) {
    client_->Delete(key_of(i), {}, deleted.Callback(i));
    client_->Exists(KeyOf(10) + (i == 3 ? "absent" : ""), {}, exist.Callback(i));
  }
  backend_.AwaitCalls(2);
  backend_.LetGo();
  EXPECT_THAT(deleted.Await(), ElementsAre(IsOkAndHolds(true), IsOkAndHolds(true),
                                           IsOkAndHolds(false), IsOkAndHolds(true)));
  EXPECT_THAT(exist.Await(), ElementsAre(IsOkAndHolds(true), IsOkAndHolds(true), IsOkAndHolds(true),
                                         IsOkAndHolds(false)));
  EXPECT_THAT(backend_.calls(), ::testing::UnorderedElementsAre("Delete", "Exists", "BatchDelete 3",
                                                                "BatchExists 3"));
}

TEST_P(CallCoalescerTest, ACallThatIsAloneGoesAtOnceAndByItself) {
  BlockingCacheStore cache(*client_);
  EXPECT_THAT(cache.Get(KeyOf(1)), IsHit(ValueOf(1)));
  EXPECT_THAT(cache.Set("k", absl::Cord("v")), IsOk());
  EXPECT_THAT(cache.Get("k"), IsHit("v"));
  EXPECT_THAT(cache.Delete("k"), IsOkAndHolds(true));
  EXPECT_THAT(cache.Exists("k"), IsOkAndHolds(false));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "Set", "Get", "Delete", "Exists"));
}

TEST_P(CallCoalescerTest, ABatchHasAtMostMaxCalls) {
  Open({}, {.coalescing = Coalescing{.max_calls = 4}});
  KeepOneInFlight();
  Results<Read> results(10);
  for (int i = 0; i < 10; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  backend_.LetGo();
  results.Await();
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 4", "BatchGet 4", "BatchGet 2"));
}

TEST_P(CallCoalescerTest, ABatchHasNoMoreKeysThanTheClientsBatchesMayHave) {
  Open({}, {.max_batch_keys = 5, .coalescing = Coalescing()});
  KeepOneInFlight();
  Results<Read> results(10);
  for (int i = 0; i < 10; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  backend_.LetGo();
  results.Await();
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 5", "BatchGet 5"));
}

TEST_P(CallCoalescerTest, ABatchHasAtMostMaxBatchBytes) {
  Open({.max_batch_bytes = 1'000}, {.max_batch_bytes = 1'000});
  backend_.Hold();
  Results<absl::Status> results(7);
  for (int i = 0; i < 7; ++i) {
    client_->Set(KeyOf(i), absl::Cord(std::string(300, 'x')), {}, {}, results.Callback(i));
  }
  backend_.AwaitCalls(1);
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ::testing::Each(IsOk()));
  EXPECT_THAT(backend_.calls(), ElementsAre("Set", "BatchSet 3", "BatchSet 3"));
}

TEST_P(CallCoalescerTest, ALargeCallWaitsForNobody) {
  backend_.Hold();
  Results<absl::Status> results(3);
  client_->Set(KeyOf(0), absl::Cord("small"), {}, {}, results.Callback(0));
  client_->Set(KeyOf(1), absl::Cord("small"), {}, {}, results.Callback(1));
  client_->Set(KeyOf(2), absl::Cord(std::string(17'000, 'x')), {}, {}, results.Callback(2));
  backend_.AwaitCalls(2);  // While the first is held, and the second waits for it.
  EXPECT_THAT(backend_.calls(), ElementsAre("Set", "Set"));
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ::testing::Each(IsOk()));
}

TEST_P(CallCoalescerTest, CallsThatTheCallbacksOfABatchMakeAreTheNextBatch) {
  KeepOneInFlight();
  Results<Read> results(10);
  for (int i = 0; i < 10; ++i) {
    client_->Get(KeyOf(i), {},
                 [&, i](const Read&) { client_->Get(KeyOf(i + 1), {}, results.Callback(i)); });
  }
  backend_.LetGo();
  const std::vector<Read> reads = results.Await();
  for (int i = 0; i < 10; ++i) EXPECT_THAT(reads[i], IsHit(ValueOf(i + 1)));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get", "BatchGet 10", "BatchGet 10"));
}

TEST_P(CallCoalescerTest, ACallMayWaitForOthersAlthoughNothingIsInFlight) {
  Open({}, {.coalescing = Coalescing{.max_calls = 3, .max_wait = absl::Seconds(1)}});
  Results<Read> results(3);
  for (int i = 0; i < 3; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  results.Await();
  EXPECT_THAT(backend_.calls(), ElementsAre("BatchGet 3"));
}

TEST_P(CallCoalescerTest, ACallForWhichNoOtherComesGoesAfterMaxWait) {
  Open({}, {.coalescing = Coalescing{.max_wait = absl::Milliseconds(20)}});
  const absl::Time start = absl::Now();
  EXPECT_THAT(BlockingCacheStore(*client_).Get(KeyOf(1)), IsHit(ValueOf(1)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(15));
  EXPECT_THAT(backend_.calls(), ElementsAre("Get"));
}

// ---- Ends, and many threads.

TEST_P(CallCoalescerTest, CloseWaitsForCallsThatWait) {
  KeepOneInFlight();
  std::atomic<int> answered = 0;
  for (int i = 0; i < 10; ++i) {
    client_->Get(KeyOf(i), {}, [&, i](const Read& read) {
      EXPECT_THAT(read, IsHit(ValueOf(i)));
      ++answered;
    });
  }
  Countdown closed(1);
  client_->Close([&](const absl::Status& status) {
    EXPECT_THAT(status, IsOk());
    EXPECT_EQ(answered, 10);
    closed.Happened();
  });
  EXPECT_THAT(BlockingCacheStore(*client_).Get("k"),
              StatusIs(absl::StatusCode::kFailedPrecondition, "store is closed"));
  backend_.LetGo();
  EXPECT_TRUE(closed.Wait());
}

TEST_P(CallCoalescerTest, CallsThatWaitOutlastTheStore) {
  KeepOneInFlight();
  Results<Read> results(10);
  for (int i = 0; i < 10; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  client_.reset();
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ::testing::Each(IsOk()));
}

TEST_P(CallCoalescerTest, TheStoreMayBeDestroyedInTheCallbackOfABatch) {
  KeepOneInFlight();
  Results<Read> results(10);
  Countdown destroyed(1);
  client_->Get(KeyOf(0), {}, [&](const Read&) {
    client_.reset();
    destroyed.Happened();
  });
  for (int i = 0; i < 10; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ::testing::Each(IsOk()));
  EXPECT_TRUE(destroyed.Wait());
}

TEST_P(CallCoalescerTest, ThreadsEachSeeWhatTheyDid) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      BlockingCacheStore cache(*client_);
      const std::string key = absl::StrCat("thread", t);
      for (int i = 0; i < kRounds; ++i) {
        const std::string value = absl::StrCat(t, " ", i);
        ASSERT_THAT(cache.Set(key, absl::Cord(value)), IsOk());
        ASSERT_THAT(cache.Get(key), IsHit(value));
        ASSERT_THAT(cache.Delete(key), IsOkAndHolds(true));
        ASSERT_THAT(cache.Exists(key), IsOkAndHolds(false));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(backend_.calls().size(), static_cast<size_t>(kThreads * kRounds * 4));
}

TEST(CoalescingOptionsTest, RefusesWhatMakesNoSense) {
  EXPECT_THAT(RemoteCacheStore::Create({.coalescing = Coalescing{.max_calls = 1}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("coalescing.max_calls")));
  for (const absl::Duration wait : {absl::Seconds(-1), absl::InfiniteDuration()}) {
    EXPECT_THAT(RemoteCacheStore::Create({.coalescing = Coalescing{.max_wait = wait}}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("coalescing.max_wait")));
  }
}

INSTANTIATE_TEST_SUITE_P(Over, CallCoalescerTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
