// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <thread>
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

std::string LoadPlan::KeyOf(uint64_t call) const {
  return absl::StrCat("cachectl-bench-", call * kStride % keys);
}

std::chrono::nanoseconds LoadPlan::StartOf(uint64_t call) const {
  const uint64_t seconds = call / rate;
  return std::chrono::nanoseconds(seconds * kNanosPerSecond + call % rate * kNanosPerSecond / rate);
}

Load::~Load() { WaitUntilInFlight(0); }

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

LoadResult Load::Run(const std::function<void(uint64_t)>& progress) {
  // Otherwise the kernel ends each sleep up to 50 us late, which counts as the service's.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  const Clock::time_point start = Clock::now();
  Clock::time_point next_report = start;
  for (uint64_t call = 0; call < plan_.Calls(); ++call) {
    const Clock::time_point intended = start + plan_.StartOf(call);
    if (Clock::now() >= next_report) {
      progress(call);
      next_report = Clock::now() + std::chrono::milliseconds(200);
    }
    std::this_thread::sleep_until(intended);
    WaitUntilInFlight(kMostInFlight - 1);
    Start(call, intended);
  }
  WaitUntilInFlight(0);
  const Clock::time_point counted = start + plan_.StartOf(plan_.WarmUpCalls());
  MutexLock lock(mutex_);
  result_.took = absl::FromChrono(Clock::now() - counted);
  return result_;
}

void Load::Start(uint64_t call, Clock::time_point intended) {
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

void Load::End(uint64_t call, Clock::time_point intended, const absl::Status& status, bool hit) {
  const absl::Duration latency = absl::FromChrono(Clock::now() - intended);
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

void Load::WaitUntilInFlight(size_t most) {
  MutexLock lock(mutex_);
  while (in_flight_ > most) changed_.Wait(mutex_);
}

}  // namespace cachestore
