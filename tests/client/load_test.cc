// SPDX-License-Identifier: Apache-2.0

// What cachectl bench begins and what it does not, by a clock that the tests set.
#include "client/command_line/load.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/command_line/load_clock.h"
#include "gtest/gtest.h"
#include "stores/cache_store.h"
#include "stores/limits.h"
#include "stores/mutex.h"
#include "stores/none_cache_store.h"
#include "tests/client/held_store.h"

namespace cachestore {
namespace {

TEST(LoadPlanTest, CallsAreDueAtTheRate) {
  const LoadPlan plan = {.rate = 300, .warm_up = absl::Milliseconds(100)};
  EXPECT_EQ(plan.WarmUpCalls(), 30);
  EXPECT_EQ(plan.Calls(), 3'030);
  EXPECT_EQ(plan.StartOf(0), std::chrono::nanoseconds(0));
  EXPECT_EQ(plan.StartOf(1), std::chrono::nanoseconds(3'333'333));
  EXPECT_EQ(plan.StartOf(300'000'000'001), std::chrono::nanoseconds(1'000'000'000'003'333'333));
}

TEST(LoadPlanTest, SetsAreSpreadAndKeysAreAllMet) {
  const LoadPlan plan = {.keys = 10, .sets = 30};
  size_t sets = 0;
  std::set<std::string> keys;
  for (uint64_t call = 0; call < 100; ++call) {
    if (plan.IsSet(call)) ++sets;
    if (call < 10) keys.insert(plan.KeyOf(call));
  }
  EXPECT_EQ(sets, 30u);
  EXPECT_EQ(keys.size(), 10u);
  EXPECT_FALSE(LoadPlan{.sets = 0}.IsSet(0));
  EXPECT_TRUE(LoadPlan{.sets = 100}.IsSet(7));
}

TEST(LoadPlanTest, SetsBeforeACallAreThoseThatAreSets) {
  for (const size_t share : {0, 1, 7, 10, 30, 64, 99, 100}) {
    const LoadPlan plan = {.sets = share};
    uint64_t sets = 0;
    for (uint64_t call = 0; call < 350; ++call) {
      EXPECT_EQ(plan.SetsBefore(call), sets) << share << " " << call;
      if (plan.IsSet(call)) ++sets;
    }
  }
}

// Time that passes where somebody waits for it, and where a test has it pass. For one thread.
class SetClock final : public LoadClock {
 public:
  Moment Now() const override { return now_; }
  void SleepUntil(Moment moment) override { now_ = std::max(now_, moment); }
  void WaitUntil(CondVar& /*changed*/, Mutex& mutex,
                 Moment moment) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    mutex.Unlock();
    SleepUntil(moment);
    when_over();
    mutex.Lock();
  }

  void Pass(absl::Duration time) { now_ += absl::ToChronoNanoseconds(time); }

  absl::Duration passed() const { return absl::FromChrono(now_ - Moment()); }

  // What happens at the end of a wait.
  std::function<void()> when_over = [] {};

 private:
  Moment now_;
};

// A service that takes all of its caller's time for each call.
class SlowStore final : public CacheStore {
 public:
  SlowStore(SetClock& clock, absl::Duration each, absl::Status answer = absl::OkStatus())
      : clock_(clock), each_(each), answer_(std::move(answer)) {}

  void Get(absl::string_view /*key*/, const CallOptions& /*options*/, GetCallback done) override {
    Come();
    if (!answer_.ok()) return std::move(done)(answer_);
    std::move(done)(std::nullopt);
  }
  void Set(absl::string_view /*key*/, absl::Cord /*value*/, std::optional<absl::Duration> /*ttl*/,
           const CallOptions& /*options*/, StatusCallback done) override {
    Come();
    std::move(done)(answer_);
  }
  void Delete(absl::string_view /*key*/, const CallOptions& /*options*/,
              BoolCallback done) override {
    std::move(done)(answer_);
  }
  void Exists(absl::string_view /*key*/, const CallOptions& /*options*/,
              BoolCallback done) override {
    std::move(done)(answer_);
  }
  void Clear(const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(answer_);
  }
  void Ping(const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(answer_);
  }
  void Close(StatusCallback done) override { std::move(done)(absl::OkStatus()); }

  // When the last call began.
  absl::Duration last() const { return last_; }
  size_t calls() const { return calls_; }

 private:
  void Come() {
    ++calls_;
    last_ = clock_.passed();
    clock_.Pass(each_);
  }

  SetClock& clock_;
  const absl::Duration each_;
  const absl::Status answer_;
  absl::Duration last_;
  size_t calls_ = 0;
};

LoadResult RunOn(CacheStore& store, const LoadPlan& plan, SetClock& clock) {
  return Load(store, plan, absl::Seconds(5), clock).Run([](uint64_t /*due*/) {});
}

uint64_t Calls(const LoadResult& result) {
  return result.gets.latency.total() + result.sets.latency.total();
}

TEST(LoadTest, WhereThereIsTimeForAllNoneIsLeft) {
  SetClock clock;
  SlowStore store(clock, absl::Milliseconds(1));
  const LoadResult result = RunOn(
      store, {.rate = 1'000, .warm_up = absl::Seconds(1), .duration = absl::Seconds(2)}, clock);
  EXPECT_EQ(store.calls(), 3'000);
  EXPECT_EQ(result.gets.latency.total(), 1'800);
  EXPECT_EQ(result.sets.latency.total(), 200);
  EXPECT_EQ(result.gets.not_begun + result.sets.not_begun, 0);
  EXPECT_EQ(result.took, absl::Seconds(2));
}

TEST(LoadTest, NoneBeginsAfterTheEndOfTheDuration) {
  SetClock clock;
  SlowStore store(clock, absl::Milliseconds(4));
  const LoadResult result = RunOn(
      store, {.rate = 1'000, .warm_up = absl::ZeroDuration(), .duration = absl::Seconds(2)}, clock);
  EXPECT_EQ(store.calls(), 503);
  EXPECT_EQ(store.last(), absl::Milliseconds(2'008)) << "10 ms late at most";
  EXPECT_EQ(result.gets.latency.total(), 452);
  EXPECT_EQ(result.sets.latency.total(), 51);
  EXPECT_EQ(result.gets.not_begun, 1'348);
  EXPECT_EQ(result.sets.not_begun, 149);
  EXPECT_EQ(result.took, absl::Milliseconds(2'012));
  // The last was due at 502 ms.
  EXPECT_EQ(result.gets.latency.Max(), absl::Milliseconds(2'012 - 502));
}

TEST(LoadTest, WhatTheWarmUpDidNotBeginTakesNothingFromWhatIsCounted) {
  SetClock clock;
  SlowStore store(clock, absl::Milliseconds(4));
  const LoadResult result = RunOn(
      store, {.rate = 1'000, .warm_up = absl::Seconds(1), .duration = absl::Seconds(2)}, clock);
  EXPECT_EQ(store.calls(), 253 + 500);
  EXPECT_EQ(Calls(result), 500);
  EXPECT_EQ(result.gets.not_begun + result.sets.not_begun, 1'500);
}

TEST(LoadTest, AServiceThatStandsStillHasAsManyInFlightAsThereIsRoomFor) {
  SetClock clock;
  const std::unique_ptr<CacheStore> none = CreateNoneCacheStore(Limits());
  HeldStore store(*none);
  store.Hold();
  clock.when_over = [&] { store.LetGoOnce(); };
  const LoadResult result = RunOn(
      store,
      {.rate = 1'000'000, .warm_up = absl::ZeroDuration(), .duration = absl::Seconds(8), .keys = 1},
      clock);
  EXPECT_EQ(store.calls().size(), 10'000u);
  EXPECT_EQ(Calls(result), 10'000);
  EXPECT_EQ(result.gets.not_begun + result.sets.not_begun, 7'990'000);
  EXPECT_EQ(result.took, absl::Milliseconds(8'010));
  EXPECT_EQ(result.sets.latency.Max(), absl::Milliseconds(8'010));
}

TEST(LoadTest, AServiceThatIsUnavailableIsCalledAtTheRateUntilTheEnd) {
  SetClock clock;
  SlowStore store(clock, absl::ZeroDuration(), absl::UnavailableError("gone"));
  const LoadResult result = RunOn(
      store, {.rate = 10, .warm_up = absl::ZeroDuration(), .duration = absl::Seconds(3)}, clock);
  EXPECT_EQ(store.calls(), 30);
  EXPECT_EQ(store.last(), absl::Milliseconds(2'900));
  EXPECT_EQ(result.gets.errors + result.sets.errors, 30);
  EXPECT_TRUE(absl::IsUnavailable(result.first_error));
}

}  // namespace
}  // namespace cachestore
