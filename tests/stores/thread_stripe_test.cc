// SPDX-License-Identifier: Apache-2.0
#include "stores/thread_stripe.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/testing/countdown.h"

namespace cachestore {
namespace {

using ::testing::Each;
using ::testing::Lt;

// The stripes of `threads` threads that live at the same time.
std::vector<size_t> StripesOfThreads(size_t threads) {
  std::vector<size_t> stripes(threads);
  Countdown all_have_one(static_cast<int>(threads));
  std::vector<std::thread> running;
  for (size_t& stripe : stripes) {
    running.emplace_back([&] {
      stripe = ThreadStripe();
      all_have_one.Happened();
      EXPECT_TRUE(all_have_one.Wait());
    });
  }
  for (std::thread& thread : running) thread.join();
  return stripes;
}

size_t CountOf(const std::vector<size_t>& stripes, size_t stripe) {
  return std::count(stripes.begin(), stripes.end(), stripe);
}

TEST(ThreadStripeTest, AThreadKeepsItsStripe) { EXPECT_EQ(ThreadStripe(), ThreadStripe()); }

TEST(ThreadStripeTest, NoTwoLivingThreadsOwnTheSameStripe) {
  const std::vector<size_t> stripes = StripesOfThreads(2 * StripeCount());
  for (size_t stripe = kSharedStripes; stripe < StripeCount(); ++stripe) {
    EXPECT_LE(CountOf(stripes, stripe), 1u) << stripe;
  }
  EXPECT_THAT(stripes, Each(Lt(StripeCount())));
}

TEST(ThreadStripeTest, ThreadsOwnStripesWhereverTheKernelLetsThem) {
  const std::vector<size_t> stripes = StripesOfThreads(4);
  EXPECT_EQ(std::count_if(stripes.begin(), stripes.end(), IsShared), HasHeavyBarrier() ? 0 : 4);
}

TEST(ThreadStripeTest, ThreadsBeyondTheOwnersSpreadOverTheSharedStripes) {
  const std::vector<size_t> stripes = StripesOfThreads(StripeCount() + 4 * kSharedStripes);
  for (size_t stripe = 0; stripe < kSharedStripes; ++stripe) {
    EXPECT_GE(CountOf(stripes, stripe), 4u) << stripe;
  }
}

TEST(ThreadStripeTest, AThreadThatEndsLeavesItsStripeToOthers) {
  const auto shared = [] {
    const std::vector<size_t> stripes = StripesOfThreads(StripeCount());
    return std::count_if(stripes.begin(), stripes.end(), IsShared);
  };
  const auto first = shared();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(shared(), first);
}

// Each of two threads says that it wants to go, and goes if the other has not said so: one by plain
// stores and loads, where the kernel has the barrier, and the other with it in between. Never both.
TEST(ThreadStripeTest, HeavyBarrierOrdersWhatOtherThreadsStoreAndLoad) {
  constexpr int kRounds = 2'000;
  const auto order = HasHeavyBarrier() ? std::memory_order_relaxed : std::memory_order_seq_cst;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<bool> light{false};
    std::atomic<bool> heavy{false};
    std::atomic<int> started{0};
    bool light_went = false;
    const auto start_together = [&started] {
      started.fetch_add(1);
      while (started.load() < 2) std::this_thread::yield();
    };
    std::thread thread([&] {
      start_together();
      light.store(true, order);
      std::atomic_signal_fence(std::memory_order_seq_cst);
      light_went = !heavy.load(order);
    });
    start_together();
    heavy.store(true);
    HeavyBarrier();
    const bool heavy_went = !light.load();
    thread.join();
    ASSERT_FALSE(light_went && heavy_went) << "round " << round;
  }
}

}  // namespace
}  // namespace cachestore
