// SPDX-License-Identifier: Apache-2.0
#include "stores/call_gate.h"

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "stores/thread_stripe.h"
#include "tests/testing/countdown.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;

TEST(CallGateTest, LetsCallsInWhileOpen) {
  CallGate gate;
  EXPECT_TRUE(gate.Enter());
  const CallGate::Pass one = gate.Enter();
  const CallGate::Pass another = gate.Enter();
  EXPECT_TRUE(one);
  EXPECT_TRUE(another);
}

TEST(CallGateTest, LetsNobodyInOnceClosed) {
  CallGate gate;
  gate.Close([] {});
  EXPECT_FALSE(gate.Enter());
}

TEST(CallGateTest, LetsNobodyInWhileItDrains) {
  CallGate gate;
  const CallGate::Pass pass = gate.Enter();
  gate.Close([] {});
  EXPECT_FALSE(gate.Enter());
}

TEST(CallGateTest, AnEmptyGateDrainsAtOnce) {
  CallGate gate;
  bool drained = false;
  gate.Close([&] { drained = true; });
  EXPECT_TRUE(drained);
}

TEST(CallGateTest, DrainsWhenTheLastPassHasLeft) {
  CallGate gate;
  auto first = std::make_unique<CallGate::Pass>(gate.Enter());
  auto second = std::make_unique<CallGate::Pass>(gate.Enter());
  bool drained = false;
  gate.Close([&] { drained = true; });
  EXPECT_FALSE(drained);
  first.reset();
  EXPECT_FALSE(drained);
  second.reset();
  EXPECT_TRUE(drained);
}

TEST(CallGateTest, RefusedCallsDelayNothing) {
  CallGate gate;
  auto pass = std::make_unique<CallGate::Pass>(gate.Enter());
  bool drained = false;
  gate.Close([&] { drained = true; });
  const CallGate::Pass refused = gate.Enter();
  pass.reset();
  EXPECT_TRUE(drained);
}

TEST(CallGateTest, AMovedPassLeavesOnce) {
  CallGate gate;
  auto pass = std::make_unique<CallGate::Pass>(gate.Enter());
  CallGate::Pass moved = std::move(*pass);
  pass.reset();
  CallGate::Pass assigned;
  assigned = std::move(moved);
  bool drained = false;
  gate.Close([&] { drained = true; });
  EXPECT_FALSE(drained);
  assigned = CallGate::Pass();
  EXPECT_TRUE(drained);
}

TEST(CallGateTest, EveryCloseIsToldInOrder) {
  CallGate gate;
  std::vector<int> drained;
  {
    const CallGate::Pass pass = gate.Enter();
    for (int i = 0; i < 3; ++i) gate.Close([&drained, i] { drained.push_back(i); });
  }
  gate.Close([&] { drained.push_back(3); });
  EXPECT_THAT(drained, ElementsAre(0, 1, 2, 3));
}

TEST(CallGateTest, DestructionClosesAndWaitsForNobody) {
  auto gate = std::make_unique<CallGate>();
  bool drained = false;
  {
    const CallGate::Pass pass = gate->Enter();
    gate->Close([&] { drained = true; });
    gate.reset();
    EXPECT_FALSE(drained);
  }
  EXPECT_TRUE(drained);
}

TEST(CallGateTest, APassMayOutliveAGateThatNobodyClosed) {
  auto gate = std::make_unique<CallGate>();
  const CallGate::Pass pass = gate->Enter();
  gate.reset();
  EXPECT_TRUE(pass);
}

TEST(CallGateTest, TheGateMayBeDestroyedOnceDrained) {
  auto gate = std::make_unique<CallGate>();
  gate->Close([&] { gate.reset(); });
  EXPECT_EQ(gate, nullptr);

  gate = std::make_unique<CallGate>();
  {
    const CallGate::Pass pass = gate->Enter();
    gate->Close([&] { gate.reset(); });
  }
  EXPECT_EQ(gate, nullptr);
}

TEST(CallGateTest, APassMayLeaveOnAnotherThread) {
  CallGate gate;
  CallGate::Pass pass = gate.Enter();
  bool drained = false;
  gate.Close([&] { drained = true; });
  std::thread([pass = std::move(pass)] {}).join();
  EXPECT_TRUE(drained);
}

// `threads` enter and leave until they are refused, and the gate closes in their midst.
void CloseInTheMidstOf(int threads) {
  CallGate gate;
  Countdown under_way(threads);
  Countdown drained(2);
  std::atomic<int> inside = 0;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      under_way.Happened();
      while (const CallGate::Pass pass = gate.Enter()) {
        inside.fetch_add(1);
        inside.fetch_sub(1);
      }
    });
  }
  EXPECT_TRUE(under_way.Wait());
  for (int i = 0; i < 2; ++i) {
    gate.Close([&] {
      EXPECT_EQ(inside.load(), 0);
      drained.Happened();
    });
  }
  EXPECT_TRUE(drained.Wait());
  EXPECT_FALSE(gate.Enter());
  for (std::thread& thread : running) thread.join();
}

TEST(CallGateTest, DrainsOnceNobodyIsInsideWhateverTheThreads) {
  for (int round = 0; round < 50; ++round) CloseInTheMidstOf(4);
}

TEST(CallGateTest, DrainsOnceNobodyIsInsideWhenThreadsShareStripes) {
  for (int round = 0; round < 5; ++round) CloseInTheMidstOf(2 * static_cast<int>(StripeCount()));
}

// A gate that is gone leaves its memory to the next one, which must count from zero, whoever leaves
// the one before at the same time, and on whichever thread.
TEST(CallGateTest, AGateKnowsNothingOfThoseBeforeIt) {
  constexpr int kRounds = 200;
  constexpr int kThreads = 3;
  for (int round = 0; round < kRounds; ++round) {
    auto gate = std::make_unique<CallGate>();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([pass = gate->Enter()]() mutable { pass = CallGate::Pass(); });
    }
    gate = std::make_unique<CallGate>();
    bool drained = false;
    {
      const CallGate::Pass pass = gate->Enter();
      EXPECT_TRUE(pass) << "a new gate is open";
      gate->Close([&drained] { drained = true; });
      for (std::thread& thread : threads) thread.join();
      EXPECT_FALSE(drained) << "a call is in flight";
    }
    EXPECT_TRUE(drained);
  }
}

}  // namespace
}  // namespace cachestore
