// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/load.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "benchmarks/load/clock.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

void SleepUntil(int64_t nanos) {
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(std::chrono::nanoseconds(nanos)));
}

// Counts calls, each thread for itself: what counts must not be what is measured.
class Tally {
 public:
  // What counts is what was to begin in [from, to).
  void Measure(int64_t from, int64_t to) {
    from_ = from;
    to_ = to;
  }

  void Count(int64_t start, int64_t end, absl::string_view error) {
    if (start < from_ || start >= to_) return;
    LoadResult& result = OfThisThread();
    if (error.empty()) return result.latency.Add(absl::Nanoseconds(end - start));
    ++result.failed;
    Report(error);
  }

  // When nothing is in flight any more.
  LoadResult Sum() {
    MutexLock lock(mutex_);
    LoadResult sum;
    for (const auto& result : results_) {
      sum.latency.Merge(result->latency);
      sum.failed += result->failed;
    }
    return sum;
  }

 private:
  LoadResult& OfThisThread() {
    thread_local uint64_t tally = 0;
    thread_local LoadResult* result = nullptr;
    if (tally != id_) {
      MutexLock lock(mutex_);
      result = results_.emplace_back(std::make_unique<LoadResult>()).get();
      tally = id_;
    }
    return *result;
  }

  void Report(absl::string_view error) {
    MutexLock lock(mutex_);
    if (reported_) return;
    reported_ = true;
    std::fprintf(stderr, "load_client: %.*s\n", static_cast<int>(error.size()), error.data());
  }

  static uint64_t NextId() {
    static std::atomic<uint64_t> last = 0;
    return ++last;
  }

  const uint64_t id_ = NextId();  // An address may be that of an earlier one.
  int64_t from_ = std::numeric_limits<int64_t>::max();
  int64_t to_ = std::numeric_limits<int64_t>::max();
  Mutex mutex_;
  bool reported_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<LoadResult>> results_ ABSL_GUARDED_BY(mutex_);
};

// Knuth's linear congruential generator: each caller's keys are its own, the same in every run.
size_t NextKey(Caller& caller) {
  caller.random = caller.random * 6364136223846793005u + 1442695040888963407u;
  return (caller.random >> 33) % caller.workload.keys();
}

class ClosedLoop final : public CallerOwner {
 public:
  ClosedLoop(int64_t end, Tally& tally) : end_(end), tally_(tally) {}

  void Run(LoadClient& client, const Workload& workload, int in_flight) {
    std::vector<std::unique_ptr<Caller>> callers;
    {
      MutexLock lock(mutex_);
      running_ = in_flight;
    }
    for (int i = 0; i < in_flight; ++i) {
      callers.push_back(client.NewCaller(workload, *this));
      callers.back()->random = static_cast<uint64_t>(i) << 32;
      callers.back()->start_ns = NowNanos();
      callers.back()->Start(NextKey(*callers.back()));
    }
    MutexLock lock(mutex_);
    while (running_ > 0) stopped_.Wait(mutex_);
  }

  void Ended(Caller& caller, absl::string_view error) override {
    const int64_t now = NowNanos();
    tally_.Count(caller.start_ns, now, error);
    caller.start_ns = now;
    if (now < end_) return caller.Start(NextKey(caller));
    MutexLock lock(mutex_);
    --running_;
    stopped_.NotifyAll();
  }

 private:
  const int64_t end_;
  Tally& tally_;
  Mutex mutex_;
  CondVar stopped_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
};

class OpenLoop final : public CallerOwner {
 public:
  OpenLoop(LoadClient& client, const Workload& workload, int most_in_flight, Tally& tally)
      : client_(client), workload_(workload), most_in_flight_(most_in_flight), tally_(tally) {}

  void Start(int64_t start) {
    Caller* const caller = Take();
    if (caller == nullptr) return tally_.Count(start, start, "too many calls are in flight");
    caller->start_ns = start;
    caller->Start(NextKey(*caller));
  }

  void Ended(Caller& caller, absl::string_view error) override {
    tally_.Count(caller.start_ns, NowNanos(), error);
    MutexLock lock(mutex_);
    idle_.push_back(&caller);
    if (idle_.size() == callers_.size()) all_idle_.NotifyAll();
  }

  void AwaitAll() {
    MutexLock lock(mutex_);
    while (idle_.size() < callers_.size()) all_idle_.Wait(mutex_);
  }

 private:
  Caller* Take() {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      Caller* const caller = idle_.back();
      idle_.pop_back();
      return caller;
    }
    if (callers_.size() == static_cast<size_t>(most_in_flight_)) return nullptr;
    callers_.push_back(client_.NewCaller(workload_, *this));
    callers_.back()->random = callers_.size() << 32;
    return callers_.back().get();
  }

  LoadClient& client_;
  const Workload& workload_;
  const int most_in_flight_;
  Tally& tally_;
  Mutex mutex_;
  CondVar all_idle_;
  std::vector<std::unique_ptr<Caller>> callers_ ABSL_GUARDED_BY(mutex_);
  std::vector<Caller*> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

LoadResult RunClosedLoop(LoadClient& client, const Workload& workload, int in_flight,
                         absl::Duration warmup, absl::Duration time) {
  const int64_t from = NowNanos() + absl::ToInt64Nanoseconds(warmup);
  const int64_t to = from + absl::ToInt64Nanoseconds(time);
  Tally tally;
  tally.Measure(from, to);
  absl::Duration cpu_time;
  std::thread cpu([&] {
    SleepUntil(from);
    const absl::Duration before = CpuTime();
    SleepUntil(to);
    cpu_time = CpuTime() - before;
  });
  ClosedLoop(to, tally).Run(client, workload, in_flight);
  cpu.join();
  LoadResult result = tally.Sum();
  result.time = time;
  result.cpu_time = cpu_time;
  return result;
}

LoadResult RunOpenLoop(LoadClient& client, const Workload& workload, double calls_per_second,
                       int most_in_flight, absl::Duration warmup, absl::Duration time) {
  const int64_t begin = NowNanos();
  const int64_t from = begin + absl::ToInt64Nanoseconds(warmup);
  const int64_t to = from + absl::ToInt64Nanoseconds(time);
  const double interval = 1e9 / calls_per_second;
  Tally tally;
  tally.Measure(from, to);
  OpenLoop loop(client, workload, most_in_flight, tally);
  absl::Duration cpu_before;
  bool measuring = false;
  for (uint64_t i = 0;; ++i) {
    const int64_t due = begin + static_cast<int64_t>(static_cast<double>(i) * interval);
    if (due >= to) break;
    if (!measuring && due >= from) {
      measuring = true;
      cpu_before = CpuTime();
    }
    if (NowNanos() < due) SleepUntil(due);
    loop.Start(due);
  }
  loop.AwaitAll();
  LoadResult result = tally.Sum();
  result.time = absl::Nanoseconds(NowNanos() - from);
  result.cpu_time = CpuTime() - cpu_before;
  return result;
}

LoadResult RunAfterIdle(LoadClient& client, const Workload& workload, absl::Duration warmup,
                        absl::Duration idle, int calls) {
  (void)RunClosedLoop(client, workload, 1, absl::ZeroDuration(), warmup);
  std::this_thread::sleep_for(absl::ToChronoNanoseconds(idle));
  const absl::Duration cpu_before = CpuTime();
  const int64_t begin = NowNanos();
  Tally tally;
  tally.Measure(begin, std::numeric_limits<int64_t>::max());
  for (int i = 0; i < calls; ++i) {
    // One that has ended before it begins: a single call.
    ClosedLoop(0, tally).Run(client, workload, 1);
  }
  LoadResult result = tally.Sum();
  result.time = absl::Nanoseconds(NowNanos() - begin);
  result.cpu_time = CpuTime() - cpu_before;
  return result;
}

}  // namespace cachestore
