// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_LOAD_H_
#define CLIENT_COMMAND_LINE_LOAD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "client/command_line/latency_buckets.h"
#include "client/command_line/load_clock.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"

namespace cachestore {

// Gets and Sets, due at a rate whatever the answers do.
struct LoadPlan {
  size_t rate = 1'000;  // Calls a second.
  absl::Duration warm_up = absl::Seconds(1);
  absl::Duration duration = absl::Seconds(10);  // Of what is counted, behind the warm-up.
  size_t keys = 1'000;
  size_t value_bytes = 100;
  size_t sets = 10;  // Of a hundred calls.

  uint64_t WarmUpCalls() const;
  uint64_t Calls() const;  // With those of the warm-up.

  // Evenly spread, and the same each time.
  bool IsSet(uint64_t call) const { return call * sets % 100 < sets; }
  uint64_t SetsBefore(uint64_t call) const;
  std::string KeyOf(uint64_t call) const;

  // When a call is to begin, after the first.
  std::chrono::nanoseconds StartOf(uint64_t call) const;
};

// What came of the calls that are counted. Latencies are from when a call was to begin, not from
// when there was time to (Gil Tene's "coordinated omission"): a service that stands still counts
// against all the calls that come meanwhile. Those that the end of the load overtook have none.
struct LoadCounts {
  LatencyBuckets latency = {};
  uint64_t errors = 0;
  uint64_t not_begun = 0;  // Were due, and had no turn: the rate was not reached.
};
struct LoadResult {
  LoadCounts gets = {};
  LoadCounts sets = {};
  uint64_t hits = 0;
  absl::Duration took;  // From the first that is counted to the last answer.
  absl::Status first_error = {};
};

// Makes the calls of a plan, once. One thread starts them; at most 10,000 are in flight, those that
// have no room begin late. None begins after its time is over, that of the warm-up or that of what
// is counted, by more than 10 ms, so that a service that is slow makes no load longer, and no
// backlog is kept.
class Load {
 public:
  using Progress = std::function<void(uint64_t due)>;

  // All must outlive this. Calls may take `timeout`.
  Load(CacheStore& store, const LoadPlan& plan, absl::Duration timeout,
       LoadClock& clock = SystemLoadClock())
      : store_(store),
        plan_(plan),
        timeout_(timeout),
        value_(std::string(plan.value_bytes, 'v')),
        clock_(clock) {}

  // Waits for what is in flight.
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Stores each key, for long enough.
  absl::Status StoreKeys();

  // Blocks for the time of the plan, and then until what is in flight has ended: for as long as a
  // call may take, at most. `progress` is told now and then which call is due.
  LoadResult Run(const Progress& progress);

 private:
  using Moment = LoadClock::Moment;

  // Begins the calls from `first` on as they are due, until that of `end` is. Gives the one that is
  // the first not to have begun.
  uint64_t BeginCalls(uint64_t first, uint64_t end, Moment start, const Progress& progress);
  void Start(uint64_t call, Moment intended);
  void End(uint64_t call, Moment intended, const absl::Status& status, bool hit);

  // Waits until one more call may be in flight. Whether it still may begin: before `end`.
  bool AwaitRoom(Moment end);
  void AwaitAnswers();
  absl::Duration Ttl() const;

  CacheStore& store_;
  const LoadPlan& plan_;
  const absl::Duration timeout_;
  const absl::Cord value_;
  LoadClock& clock_;

  Mutex mutex_;
  CondVar changed_;
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  LoadResult result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_LOAD_H_
