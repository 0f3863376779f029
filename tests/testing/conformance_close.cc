// SPDX-License-Identifier: Apache-2.0
// How a store ends: closed or destroyed, from anywhere, with calls in flight.
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"
#include "tests/testing/operations.h"

namespace cachestore {
namespace {

using ::testing::Each;

MATCHER(IsClosed, "says that the store is closed") {
  *result_listener << "which is " << arg;
  return arg == absl::FailedPreconditionError("store is closed");
}

// Calls that are started together, and how each ended.
class Calls {
 public:
  explicit Calls(int calls) : outcomes_(calls), countdown_(calls) {}

  CacheStore::StatusCallback Callback(int call) {
    return [this, call](absl::Status status) {
      outcomes_[call] = std::move(status);
      ended_.fetch_add(1);
      countdown_.Happened();
    };
  }
  int ended() const { return ended_.load(); }
  bool Wait() { return countdown_.Wait(); }
  const std::vector<absl::Status>& outcomes() const { return outcomes_; }

 private:
  std::vector<absl::Status> outcomes_;
  std::atomic<int> ended_{0};
  Countdown countdown_;
};

TEST_P(ConformanceTest, CloseIsOk) { EXPECT_THAT(cache().Close(), IsOk()); }

TEST_P(ConformanceTest, EveryCallAfterCloseIsRefused) {
  ASSERT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
  ASSERT_THAT(cache().Close(), IsOk());
  const int operations = static_cast<int>(AllOperations().size());
  Calls calls(operations);
  for (int i = 0; i < operations; ++i) {
    AllOperations()[i].start(store(), "key", {}, calls.Callback(i));
  }
  ASSERT_TRUE(calls.Wait());
  EXPECT_THAT(calls.outcomes(), Each(IsClosed()));
}

TEST_P(ConformanceTest, EveryCallAfterCloseBeganIsRefused) {
  // Close has been called, and nothing is known about its callback.
  Countdown closed(1);
  store().Close([&](absl::Status) { closed.Happened(); });
  const int operations = static_cast<int>(AllOperations().size());
  Calls calls(operations);
  for (int i = 0; i < operations; ++i) {
    AllOperations()[i].start(store(), "key", {}, calls.Callback(i));
  }
  ASSERT_TRUE(calls.Wait());
  EXPECT_THAT(calls.outcomes(), Each(IsClosed()));
  ASSERT_TRUE(closed.Wait());
}

TEST_P(ConformanceTest, CloseIsIdempotent) {
  EXPECT_THAT(cache().Close(), IsOk());
  EXPECT_THAT(cache().Close(), IsOk());
  EXPECT_THAT(cache().Close(), IsOk());
}

TEST_P(ConformanceTest, EveryCloseGetsItsCallback) {
  constexpr int kThreads = 4;
  constexpr int kClosesPerThread = 50;
  Calls closes(kThreads * kClosesPerThread);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kClosesPerThread; ++i) {
        store().Close(closes.Callback(thread * kClosesPerThread + i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(closes.Wait());
  EXPECT_THAT(closes.outcomes(), Each(IsOk()));
}

TEST_P(ConformanceTest, CloseAnswersAfterTheLastCallInFlight) {
  constexpr int kCalls = 200;
  Calls calls(kCalls);
  Countdown closed(1);
  int ended_before_close = 0;
  for (int i = 0; i < kCalls; ++i) {
    const auto& operations = AllOperations();
    operations[i % operations.size()].start(store(), absl::StrCat("key", i), {}, calls.Callback(i));
  }
  store().Close([&](absl::Status) {
    ended_before_close = calls.ended();
    closed.Happened();
  });
  ASSERT_TRUE(calls.Wait());
  ASSERT_TRUE(closed.Wait());
  EXPECT_EQ(ended_before_close, kCalls);
  EXPECT_THAT(calls.outcomes(), Each(IsOk())) << "calls that began before Close have a result";
}

TEST_P(ConformanceTest, CloseInsideACallbackAnswersAfterThatCallback) {
  Countdown closed(1);
  std::atomic<bool> callback_ended = false;
  bool closed_after_callback = false;
  absl::Status status = absl::UnknownError("no callback");
  store().Ping({}, [&](absl::Status) {
    store().Close([&](absl::Status result) {
      closed_after_callback = callback_ended.load();
      status = std::move(result);
      closed.Happened();
    });
    callback_ended = true;
  });
  ASSERT_TRUE(closed.Wait());
  EXPECT_TRUE(closed_after_callback);
  EXPECT_THAT(status, IsOk());
}

TEST_P(ConformanceTest, CallsInsideACallbackThatClosedAreRefused) {
  Countdown answered(2);
  absl::Status status;
  store().Ping({}, [&](absl::Status) {
    store().Close([&](absl::Status) { answered.Happened(); });
    store().Ping({}, [&](absl::Status result) {
      status = std::move(result);
      answered.Happened();
    });
  });
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(status, IsClosed());
}

TEST_P(ConformanceTest, CallsThatMeetCloseEndWithAResultOrAreRefused) {
  constexpr int kThreads = 4;
  Countdown under_way(kThreads * 10);
  std::vector<absl::Status> last(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string key = absl::StrCat("key", thread);
      do {
        last[thread] = cache().Set(key, absl::Cord("value"));
        if (last[thread].ok()) last[thread] = cache().Get(key).status();
        under_way.Happened();
      } while (last[thread].ok());
    });
  }
  EXPECT_TRUE(under_way.Wait());
  EXPECT_THAT(cache().Close(), IsOk());
  EXPECT_THAT(cache().Ping(), IsClosed());
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(last, Each(IsClosed()));
}

TEST_P(ConformanceTest, DestructionInsideACallbackOfEveryOperationIsSafe) {
  for (const Operation& operation : AllOperations()) {
    const std::unique_ptr<StoreDelegate> delegate = GetParam()(Limits());
    Countdown destroyed(1);
    operation.start(delegate->store(), "key", {}, [&](absl::Status) {
      delegate->DestroyStore();
      destroyed.Happened();
    });
    ASSERT_TRUE(destroyed.Wait()) << operation.name;
  }
}

TEST_P(ConformanceTest, DestructionInsideTheCallbackOfCloseIsSafe) {
  Countdown destroyed(1);
  store().Close([&](absl::Status) {
    delegate().DestroyStore();
    destroyed.Happened();
  });
  ASSERT_TRUE(destroyed.Wait());
}

TEST_P(ConformanceTest, DestructionInsideTheCallbackOfASecondCloseIsSafe) {
  ASSERT_THAT(cache().Close(), IsOk());
  Countdown destroyed(1);
  store().Close([&](absl::Status) {
    delegate().DestroyStore();
    destroyed.Happened();
  });
  ASSERT_TRUE(destroyed.Wait());
}

TEST_P(ConformanceTest, DestructionInsideANestedCallbackIsSafe) {
  // Deep enough to meet whatever bounds the recursion.
  constexpr int kDepth = 100;
  Countdown destroyed(1);
  struct Nested {
    StoreDelegate& delegate;
    Countdown& destroyed;
    int depth = 0;

    void Call() {
      delegate.store().Ping({}, [this](absl::Status) {
        if (++depth < kDepth) {
          Call();
        } else {
          delegate.DestroyStore();
          destroyed.Happened();
        }
      });
    }
  } nested = {delegate(), destroyed};
  nested.Call();
  ASSERT_TRUE(destroyed.Wait());
}

TEST_P(ConformanceTest, CloseThenDestructionInsideACallbackIsSafe) {
  Countdown ended(2);
  store().Ping({}, [&](absl::Status) {
    store().Close([&](absl::Status) { ended.Happened(); });
    delegate().DestroyStore();
    ended.Happened();
  });
  ASSERT_TRUE(ended.Wait()) << "Close gets its callback, though the store is gone";
}

TEST_P(ConformanceTest, CallsInFlightAtDestructionGetTheirCallbacks) {
  constexpr int kCalls = 200;
  Calls calls(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    const auto& operations = AllOperations();
    operations[i % operations.size()].start(store(), absl::StrCat("key", i), {}, calls.Callback(i));
  }
  delegate().DestroyStore();
  ASSERT_TRUE(calls.Wait());
  EXPECT_EQ(calls.ended(), kCalls);
}

TEST_P(ConformanceTest, StoreMayBeDestroyedUnused) { delegate().DestroyStore(); }

TEST_P(ConformanceTest, StoreMayBeDestroyedAfterClose) {
  ASSERT_THAT(cache().Close(), IsOk());
  delegate().DestroyStore();
}

}  // namespace
}  // namespace cachestore
