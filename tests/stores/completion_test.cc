// SPDX-License-Identifier: Apache-2.0
#include "stores/completion.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;

using Callback = absl::AnyInvocable<void(int) &&>;

void RunOne(Callback done, int result = 0) {
  CallGate::Pass pass;
  Completion::Run(pass, done, [result] { return result; });
}

// Calls itself in its own callback, `calls` times, and tells how many were inside each other.
int DeepestOf(int calls) {
  int depth = 0;
  int deepest = 0;
  int left = calls;
  std::function<void()> next = [&] {
    RunOne([&](int) {
      deepest = std::max(deepest, ++depth);
      if (--left > 0) next();
      --depth;
    });
  };
  next();
  EXPECT_EQ(left, 0) << "every callback has run when the outermost call returns";
  return deepest;
}

TEST(CompletionTest, RunsTheCallbackBeforeItReturns) {
  int got = 0;
  RunOne([&](int result) { got = result; }, 7);
  EXPECT_EQ(got, 7);
}

TEST(CompletionTest, RunsAFewCallbacksInsideEachOther) { EXPECT_EQ(DeepestOf(5), 5); }

TEST(CompletionTest, BoundsHowManyRunInsideEachOther) {
  const int deepest = DeepestOf(1'000);
  EXPECT_LT(deepest, 100);
  EXPECT_EQ(DeepestOf(200'000), deepest) << "the bound does not grow with the chain";
}

TEST(CompletionTest, HandsTheResultOver) {
  CallGate::Pass pass;
  std::unique_ptr<int> got;
  absl::AnyInvocable<void(std::unique_ptr<int>)&&> done = [&](std::unique_ptr<int> value) {
    got = std::move(value);
  };
  Completion::Run(pass, done, [] { return std::make_unique<int>(7); });
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(*got, 7);
}

// Runs `body` inside as many callbacks as run inside each other.
void AtFullDepth(const std::function<void()>& body) {
  int left = DeepestOf(1'000);
  std::function<void()> next = [&] { RunOne([&](int) { --left > 0 ? next() : body(); }); };
  next();
}

TEST(CompletionTest, PostponedCallbacksRunInTheOrderOfTheirCalls) {
  std::vector<int> order;
  AtFullDepth([&] {
    for (int i = 0; i < 3; ++i) RunOne([&](int result) { order.push_back(result); }, i);
    order.push_back(-1);
  });
  EXPECT_THAT(order, ElementsAre(-1, 0, 1, 2));
}

TEST(CompletionTest, PostponedCallbackGetsItsResult) {
  std::unique_ptr<int> got;
  AtFullDepth([&] {
    CallGate::Pass pass;
    absl::AnyInvocable<void(std::unique_ptr<int>)&&> done = [&](std::unique_ptr<int> value) {
      got = std::move(value);
    };
    Completion::Run(pass, done, [] { return std::make_unique<int>(7); });
    EXPECT_EQ(got, nullptr);
  });
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(*got, 7);
}

// Says so when it is destroyed, as a part of a callback.
class Tracer {
 public:
  explicit Tracer(std::vector<std::string>& events) : events_(&events) {}
  Tracer(Tracer&& other) noexcept : events_(std::exchange(other.events_, nullptr)) {}
  Tracer& operator=(Tracer&&) = delete;
  ~Tracer() {
    if (events_ != nullptr) events_->emplace_back("destroyed");
  }

 private:
  std::vector<std::string>* events_;
};

TEST(CompletionTest, WhatTheCallbackHoldsIsGoneBeforeTheCallHasLeft) {
  CallGate gate;
  std::vector<std::string> events;
  const auto call = [&] {
    CallGate::Pass pass = gate.Enter();
    Callback done = [&gate, &events, tracer = Tracer(events)](int) {
      gate.Close([&events] { events.emplace_back("drained"); });
      events.emplace_back("callback");
    };
    Completion::Run(pass, done, [] { return 0; });
  };
  call();
  EXPECT_THAT(events, ElementsAre("callback", "destroyed", "drained"));
}

TEST(CompletionTest, WhatAPostponedCallbackHoldsIsGoneBeforeTheCallHasLeft) {
  CallGate gate;
  std::vector<std::string> events;
  AtFullDepth([&] {
    CallGate::Pass pass = gate.Enter();
    Callback done = [&events, tracer = Tracer(events)](int) { events.emplace_back("callback"); };
    Completion::Run(pass, done, [] { return 0; });
    gate.Close([&events] { events.emplace_back("drained"); });
  });
  EXPECT_THAT(events, ElementsAre("callback", "destroyed", "drained"));
}

TEST(CompletionTest, AnswersWithWhatTheOperationReturns) {
  CallGate gate;
  absl::StatusOr<bool> got = false;
  CacheStore::BoolCallback done = [&](absl::StatusOr<bool> result) { got = result; };
  Completion::Answer(gate, {}, done, []() -> absl::StatusOr<bool> { return true; });
  ASSERT_TRUE(got.ok());
  EXPECT_TRUE(*got);
}

TEST(CompletionTest, DoesNotBeginAnOperationThatIsRefused) {
  const auto answer = [](CallGate& gate, const CallOptions& options) {
    absl::Status got;
    CacheStore::StatusCallback done = [&](absl::Status status) { got = std::move(status); };
    Completion::Answer(gate, options, done, [] {
      ADD_FAILURE() << "began";
      return absl::OkStatus();
    });
    return got.code();
  };
  CallGate gate;
  EXPECT_EQ(answer(gate, {.deadline = absl::InfinitePast()}), absl::StatusCode::kDeadlineExceeded);
  gate.Close([] {});
  EXPECT_EQ(answer(gate, {}), absl::StatusCode::kFailedPrecondition);
}

TEST(CompletionTest, PostponedAnswersAreThoseOfTheirOperations) {
  CallGate gate;
  std::vector<bool> got;
  AtFullDepth([&] {
    for (const bool result : {true, false}) {
      CacheStore::BoolCallback done = [&](absl::StatusOr<bool> value) { got.push_back(*value); };
      Completion::Answer(gate, {}, done, [&]() -> absl::StatusOr<bool> { return result; });
    }
    EXPECT_THAT(got, ElementsAre());
  });
  EXPECT_THAT(got, ElementsAre(true, false));
}

TEST(CompletionTest, PostponedCallKeepsItsPassUntilItsCallbackHasRun) {
  CallGate gate;
  std::vector<std::string> events;
  AtFullDepth([&] {
    {
      CallGate::Pass pass = gate.Enter();
      Callback done = [&](int) { events.emplace_back("callback"); };
      Completion::Run(pass, done, [] { return 0; });
    }
    gate.Close([&] { events.emplace_back("drained"); });
  });
  EXPECT_THAT(events, ElementsAre("callback", "drained"));
}

TEST(CompletionTest, PostponedCallbacksMayPostponeMore) {
  // Each call makes two in its callback, ten times over.
  int calls = 0;
  std::function<void(int)> branch = [&](int levels) {
    ++calls;
    for (int i = 0; levels > 0 && i < 2; ++i) {
      RunOne([&branch, levels](int) { branch(levels - 1); });
    }
  };
  AtFullDepth([&] { branch(10); });
  EXPECT_EQ(calls, 2047);
}

TEST(CompletionTest, ThreadsDoNotPostponeForEachOther) {
  bool ran = false;
  AtFullDepth([&] {
    std::thread([&] {
      RunOne([&](int) { ran = true; });
      EXPECT_TRUE(ran);
    }).join();
  });
  EXPECT_TRUE(ran);
}

TEST(CompletionTest, OnAFreshStackCallbacksRunBeforeTheCallReturns) {
  bool ran = false;
  AtFullDepth([&] {
    const Completion::FreshStack fresh_stack;
    RunOne([&](int) { ran = true; });
    EXPECT_TRUE(ran);
  });
  EXPECT_TRUE(ran);
}

TEST(CompletionTest, AFreshStackLeavesWhatWasPostponedForLater) {
  std::vector<int> order;
  AtFullDepth([&] {
    RunOne([&](int result) { order.push_back(result); }, 1);
    {
      const Completion::FreshStack fresh_stack;
      RunOne([&](int result) { order.push_back(result); }, 2);
    }
    RunOne([&](int result) { order.push_back(result); }, 3);
  });
  EXPECT_THAT(order, ElementsAre(2, 1, 3));
}

}  // namespace
}  // namespace cachestore
