// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/striped_shared_mutex.h"

#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/countdown.h"

namespace cachestore {
namespace {

void RunThreads(int threads, const std::function<void(int thread)>& body) {
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) running.emplace_back(body, thread);
  for (std::thread& thread : running) thread.join();
}

TEST(StripedSharedMutexTest, WritersTakeTurns) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2'000;
  StripedSharedMutex mutex;
  int64_t count = 0;  // Not atomic: two writers at once would lose some.
  RunThreads(kThreads, [&](int) {
    for (int i = 0; i < kRounds; ++i) {
      const WriterLock lock(mutex);
      ++count;
    }
  });
  EXPECT_EQ(count, kThreads * kRounds);
}

TEST(StripedSharedMutexTest, ReadersSeeNoHalfOfAWrite) {
  // More threads than there are stripes, so that some share one.
  const int readers = static_cast<int>(StripeCount()) + 2;
  constexpr int kWriters = 2;
  constexpr int kWrites = 2'000;
  StripedSharedMutex mutex;
  std::array<int64_t, 1'000> values = {};  // All the same, but while one writes.
  std::atomic<int> writers = kWriters;
  std::atomic<int64_t> torn = 0;
  RunThreads(readers + kWriters, [&](int thread) {
    if (thread < kWriters) {
      for (int i = 0; i < kWrites; ++i) {
        const WriterLock lock(mutex);
        for (int64_t& value : values) ++value;
      }
      writers.fetch_sub(1);
      return;
    }
    while (writers.load() > 0) {
      const ReaderLock lock(mutex);
      if (values.front() != values.back()) torn.fetch_add(1);
    }
  });
  EXPECT_EQ(torn.load(), 0);
  EXPECT_EQ(values.front(), kWriters * kWrites);
  EXPECT_EQ(values.back(), kWriters * kWrites);
}

TEST(StripedSharedMutexTest, ReadersAreInsideTogether) {
  constexpr int kReaders = 8;
  StripedSharedMutex mutex;
  Countdown inside(kReaders);
  RunThreads(kReaders, [&](int) {
    const ReaderLock lock(mutex);
    inside.Happened();
    EXPECT_TRUE(inside.Wait()) << "a reader waits for another one";
  });
}

TEST(StripedSharedMutexTest, AWriterWaitsForAReaderOnEveryStripe) {
  // More threads than there are stripes, all alive; one after the other reads.
  const int threads = 2 * static_cast<int>(StripeCount());
  StripedSharedMutex mutex;
  bool inside = false;  // Guarded by the mutex, as far as the writer waits.
  Countdown all_have_a_stripe(threads);
  struct Turn {
    Countdown begun{1};
    Countdown entered{1};
    Countdown writing{1};
  };
  std::vector<Turn> turns(threads);
  std::thread writer([&] {
    EXPECT_TRUE(all_have_a_stripe.Wait());
    for (int i = 0; i < threads; ++i) {
      turns[i].begun.Happened();
      EXPECT_TRUE(turns[i].entered.Wait());
      turns[i].writing.Happened();
      const WriterLock lock(mutex);
      EXPECT_FALSE(inside) << "thread " << i;
    }
  });
  RunThreads(threads, [&](int i) {
    ThreadStripe();
    all_have_a_stripe.Happened();
    EXPECT_TRUE(turns[i].begun.Wait());
    const ReaderLock lock(mutex);
    inside = true;
    turns[i].entered.Happened();
    EXPECT_TRUE(turns[i].writing.Wait());
    inside = false;
  });
  writer.join();
}

TEST(StripedSharedMutexTest, TheSameThreadMayReadAndWriteInTurns) {
  StripedSharedMutex mutex;
  int value = 0;
  for (int i = 0; i < 1'000; ++i) {
    {
      const WriterLock lock(mutex);
      value = i;
    }
    const ReaderLock lock(mutex);
    ASSERT_EQ(value, i);
  }
}

}  // namespace
}  // namespace cachestore
