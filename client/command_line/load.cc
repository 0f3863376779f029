// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "stores/blocking_cache_store.h"
#include "stores/cache_options.h"

namespace cachestore {
namespace {

constexpr size_t kMostInFlight = 10'000;
// What the last calls may be late by: nobody wakes up on the dot.
constexpr std::chrono::milliseconds kGrace(10);

constexpr uint64_t kNanosPerSecond = 1'000'000'000;

// Coprime to most numbers of keys, so that a run of calls meets them all, in no order.
constexpr uint64_t kStride = 2'654'435'761;

uint64_t CallsIn(absl::Duration time, size_t rate) {
  return static_cast<uint64_t>(
      std::llround(absl::ToDoubleSeconds(time) * static_cast<double>(rate)));
}

}  // namespace

uint64_t LoadPlan::WarmUpCalls() const { return CallsIn(warm_up, rate); }

uint64_t LoadPlan::Calls() const {
  return WarmUpCalls() + std::max(CallsIn(duration, rate), uint64_t{1});
}

uint64_t LoadPlan::SetsBefore(uint64_t call) const {
  uint64_t count = call / 100 * sets;
  for (uint64_t i = 0; i < call % 100; ++i) count += IsSet(i) ? 1 : 0;
  return count;
}

std::string LoadPlan::KeyOf(uint64_t call) const {
  return absl::StrCat("cachectl-bench-", call * kStride % keys);
}

std::chrono::nanoseconds LoadPlan::StartOf(uint64_t call) const {
  const uint64_t seconds = call / rate;
  return std::chrono::nanoseconds(seconds * kNanosPerSecond + call % rate * kNanosPerSecond / rate);
}

Load::~Load() { AwaitAnswers(); }

absl::Duration Load::Ttl() const { return plan_.warm_up + plan_.duration + absl::Minutes(1); }

absl::Status Load::StoreKeys() {
  BlockingCacheStore cache(store_);
  for (size_t begin = 0; begin < plan_.keys; begin += kDefaultMaxBatchKeys) {
    const size_t end = std::min(begin + kDefaultMaxBatchKeys, plan_.keys);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(absl::StrCat("cachectl-bench-", i));
    std::vector<SetEntry> entries;
    entries.reserve(keys.size());
    for (const std::string& key : keys) {
      entries.push_back({.key = key, .value = value_, .options = {.ttl = Ttl()}});
    }
    const absl::StatusOr<BatchBoolResults> results = cache.BatchSet(std::move(entries));
    if (!results.ok()) return results.status();
    for (const auto& stored : *results) {
      if (!stored.ok()) return stored.status();
    }
  }
  return absl::OkStatus();
}

LoadResult Load::Run(const Progress& progress) {
  // Otherwise the kernel ends each sleep up to 50 us late, which counts as the service's.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  const Moment start = clock_.Now();
  const uint64_t calls = plan_.Calls();
  BeginCalls(0, plan_.WarmUpCalls(), start, progress);
  const uint64_t begun = BeginCalls(plan_.WarmUpCalls(), calls, start, progress);
  AwaitAnswers();
  const Moment counted = start + plan_.StartOf(plan_.WarmUpCalls());
  MutexLock lock(mutex_);
  result_.took = absl::FromChrono(clock_.Now() - counted);
  result_.sets.not_begun = plan_.SetsBefore(calls) - plan_.SetsBefore(begun);
  result_.gets.not_begun = calls - begun - result_.sets.not_begun;
  return result_;
}

uint64_t Load::BeginCalls(uint64_t first, uint64_t end, Moment start, const Progress& progress) {
  const Moment over = start + plan_.StartOf(end) + kGrace;
  Moment next_report = start;
  for (uint64_t call = first; call < end; ++call) {
    const Moment intended = start + plan_.StartOf(call);
    if (const Moment now = clock_.Now(); now >= next_report) {
      progress(call);
      next_report = now + std::chrono::milliseconds(200);
    }
    clock_.SleepUntil(intended);
    if (!AwaitRoom(over)) return call;
    Start(call, intended);
  }
  return end;
}

void Load::Start(uint64_t call, Moment intended) {
  {
    MutexLock lock(mutex_);
    ++in_flight_;
  }
  const CallOptions options = {.deadline = absl::Now() + timeout_};
  const std::string key = plan_.KeyOf(call);
  if (plan_.IsSet(call)) {
    store_.Set(key, value_, Ttl(), options, [this, call, intended](const absl::Status& status) {
      End(call, intended, status, /*hit=*/false);
    });
    return;
  }
  store_.Get(key, options,
             [this, call, intended](const absl::StatusOr<std::optional<absl::Cord>>& value) {
               End(call, intended, value.status(), value.ok() && value->has_value());
             });
}

void Load::End(uint64_t call, Moment intended, const absl::Status& status, bool hit) {
  const absl::Duration latency = absl::FromChrono(clock_.Now() - intended);
  // Notified under the lock: this may be destroyed as soon as another can take it.
  MutexLock lock(mutex_);
  --in_flight_;
  if (call >= plan_.WarmUpCalls()) {
    LoadCounts& counts = plan_.IsSet(call) ? result_.sets : result_.gets;
    counts.latency.Add(latency);
    counts.errors += status.ok() ? 0 : 1;
    result_.hits += hit ? 1 : 0;
  }
  if (result_.first_error.ok()) result_.first_error = status;
  changed_.NotifyAll();
}

bool Load::AwaitRoom(Moment end) {
  MutexLock lock(mutex_);
  while (in_flight_ >= kMostInFlight && clock_.Now() < end) {
    clock_.WaitUntil(changed_, mutex_, end);
  }
  return clock_.Now() < end;
}

// Each call has a deadline, by which stores end it.
void Load::AwaitAnswers() {
  MutexLock lock(mutex_);
  while (in_flight_ > 0) changed_.Wait(mutex_);
}

}  // namespace cachestore
