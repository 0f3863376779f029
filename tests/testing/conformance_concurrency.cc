// SPDX-License-Identifier: Apache-2.0
// Callbacks that run once, on a bounded stack, and what calls see of each other.
#include <atomic>
#include <memory>
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
#include "tests/testing/run_threads.h"

namespace cachestore {
namespace {

using ::testing::Each;
using ::testing::Eq;

// Calls, each made in the callback of the one before.
class Chain {
 public:
  using Start = std::function<void(int call, CacheStore::StatusCallback done)>;

  Chain(int calls, Start start) : calls_(calls), start_(std::move(start)) {}

  // How the first call that failed ended; or OK.
  absl::Status Run() {
    Next();
    return ended_.Wait() ? outcome_ : absl::UnknownError("the chain stopped");
  }

 private:
  // More callbacks inside each other than any store needs, and fewer than fill a stack.
  static constexpr int kMaxDepth = 1000;

  void Next() {
    start_(call_, [this](absl::Status status) {
      static thread_local int depth = 0;
      ++depth;
      if (depth > kMaxDepth) status = absl::UnknownError("callbacks are nested without bound");
      if (!status.ok() || ++call_ == calls_) {
        outcome_ = std::move(status);
        ended_.Happened();
      } else {
        Next();
      }
      --depth;
    });
  }

  const int calls_;
  const Start start_;
  int call_ = 0;
  absl::Status outcome_;
  Countdown ended_{1};
};

// At some 300 bytes a frame and more, past the 8 MiB of a stack.
constexpr int kChainCalls = 40'000;

TEST_P(ConformanceTest, EveryCallbackRunsExactlyOnce) {
  constexpr int kRounds = 50;
  const int operations = static_cast<int>(AllOperations().size());
  const int calls = kRounds * operations;
  std::vector<std::atomic<int>> runs(calls);
  Countdown answered(calls);
  for (int i = 0; i < calls; ++i) {
    // Some of them with an error.
    const std::string key = i % 5 == 0 ? "" : absl::StrCat("key", i % 7);
    AllOperations()[i % operations].start(store(), key, {}, [&runs, &answered, i](absl::Status) {
      runs[i].fetch_add(1);
      answered.Happened();
    });
  }
  ASSERT_TRUE(answered.Wait());
  ASSERT_THAT(cache().Close(), IsOk());
  delegate().DestroyStore();
  EXPECT_THAT(runs, Each(Eq(1)));
}

TEST_P(ConformanceTest, ChainOfCallsUsesBoundedStack) {
  // All but Clear, which is not made to be called as often.
  std::vector<const Operation*> operations;
  for (const Operation& operation : AllOperations()) {
    if (operation.name != "Clear") operations.push_back(&operation);
  }
  Chain chain(kChainCalls, [&](int call, CacheStore::StatusCallback done) {
    operations[call % operations.size()]->start(store(), "key", {}, std::move(done));
  });
  EXPECT_THAT(chain.Run(), IsOk());
}

TEST_P(ConformanceTest, ChainOfRefusedCallsUsesBoundedStack) {
  Chain chain(kChainCalls, [&](int, CacheStore::StatusCallback done) {
    store().Exists("", {}, [done = std::move(done)](absl::StatusOr<bool> result) mutable {
      std::move(done)(result.ok() ? absl::UnknownError("not refused") : absl::OkStatus());
    });
  });
  EXPECT_THAT(chain.Run(), IsOk());
}

TEST_P(ConformanceTest, ChainOfClosesUsesBoundedStack) {
  // Enough to tell, and a Close may cost more than other calls.
  Chain chain(2'000, [&](int, CacheStore::StatusCallback done) { store().Close(std::move(done)); });
  EXPECT_THAT(chain.Run(), IsOk());
}

TEST_P(ConformanceTest, ChainsOfSeveralThreadsRunSideBySide) {
  RunThreads(4, [this](int thread) {
    const std::string key = absl::StrCat("key", thread);
    Chain chain(5'000, [&](int call, CacheStore::StatusCallback done) {
      OperationsWithKey()[call % OperationsWithKey().size()].start(store(), key, {},
                                                                   std::move(done));
    });
    EXPECT_THAT(chain.Run(), IsOk());
  });
}

TEST_P(ConformanceTest, CallSeesTheEffectOfOneWhoseCallbackHasRun) {
  for (int i = 0; i < 200; ++i) {
    Countdown answered(1);
    absl::StatusOr<std::optional<absl::Cord>> read;
    const std::string value = absl::StrCat("value", i);
    store().Set("key", absl::Cord(value), std::nullopt, {}, [&](absl::Status status) {
      EXPECT_THAT(status, IsOk());
      store().Get("key", {}, [&](absl::StatusOr<std::optional<absl::Cord>> result) {
        read = std::move(result);
        answered.Happened();
      });
    });
    ASSERT_TRUE(answered.Wait());
    ASSERT_THAT(read, IsHit(value));
  }
}

TEST_P(ConformanceTest, OtherThreadsSeeTheEffectOfACallWhoseCallbackHasRun) {
  for (int i = 0; i < 50; ++i) {
    const std::string value = absl::StrCat("value", i);
    std::thread([&] { EXPECT_THAT(cache().Set("key", absl::Cord(value)), IsOk()); }).join();
    std::thread([&] { EXPECT_THAT(cache().Get("key"), IsHit(value)); }).join();
    std::thread([&] { EXPECT_THAT(cache().Delete("key"), IsOkAndHolds(true)); }).join();
    std::thread([&] { EXPECT_THAT(cache().Get("key"), IsMiss()); }).join();
  }
}

TEST_P(ConformanceTest, ThreadsReadBackTheirOwnWrites) {
  constexpr int kThreads = 4;
  constexpr int kKeys = 200;
  RunThreads(kThreads, [this](int thread) {
    for (int i = 0; i < kKeys; ++i) {
      const std::string key = absl::StrCat("thread ", thread, " key ", i);
      EXPECT_THAT(cache().Set(key, absl::Cord("value of " + key)), IsOk());
      EXPECT_THAT(cache().Get(key), IsHit("value of " + key));
      if (i % 2 == 1) {
        EXPECT_THAT(cache().Delete(key), IsOkAndHolds(true));
        EXPECT_THAT(cache().Get(key), IsMiss());
      }
    }
  });
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kKeys; i += 2) {
      const std::string key = absl::StrCat("thread ", thread, " key ", i);
      ASSERT_THAT(cache().Get(key), IsHit("value of " + key));
    }
  }
}

TEST_P(ConformanceTest, ManyCallsInFlightGetEachItsOwnResult) {
  constexpr int kCalls = 500;
  for (int i = 0; i < kCalls; i += 2) {
    ASSERT_THAT(cache().Set(absl::StrCat("key", i), absl::Cord(absl::StrCat("value", i))), IsOk());
  }
  std::vector<absl::StatusOr<std::optional<absl::Cord>>> read(kCalls);
  Countdown answered(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    store().Get(absl::StrCat("key", i), {}, [&read, &answered, i](auto result) {
      read[i] = std::move(result);
      answered.Happened();
    });
  }
  ASSERT_TRUE(answered.Wait());
  for (int i = 0; i < kCalls; i += 2) {
    ASSERT_THAT(read[i], IsHit(absl::StrCat("value", i)));
    ASSERT_THAT(read[i + 1], IsMiss());
  }
}

TEST_P(ConformanceTest, ReadersSeeWholeValuesOnly) {
  constexpr int kRounds = 200;
  constexpr size_t kBytes = 20'000;
  ASSERT_THAT(cache().Set("key", absl::Cord(std::string(kBytes, 'z'))), IsOk());
  RunThreads(4, [this](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      if (thread < 2) {
        const std::string value(kBytes, static_cast<char>('a' + i % 20 + thread));
        EXPECT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
      } else {
        const auto read = cache().Get("key");
        EXPECT_THAT(read, IsOk());
        if (!read.ok() || !read->has_value()) continue;
        const std::string value(**read);
        EXPECT_EQ(value, std::string(kBytes, value.empty() ? 'z' : value[0]));
      }
    }
  });
}

TEST_P(ConformanceTest, ClearUnderWritesRemovesWhatWasStoredBeforeIt) {
  constexpr int kRounds = 20;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; i = (i + 1) % 100) {
      EXPECT_THAT(cache().Set(absl::StrCat("other", i), absl::Cord("value")), IsOk());
    }
  });
  for (int round = 0; round < kRounds; ++round) {
    EXPECT_THAT(cache().Set("key", absl::Cord("value")), IsOk());
    EXPECT_THAT(cache().Clear(), IsOk());
    EXPECT_THAT(cache().Get("key"), IsMiss());
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace cachestore
