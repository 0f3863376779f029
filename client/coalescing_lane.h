// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COALESCING_LANE_H_
#define CLIENT_COALESCING_LANE_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/call_timer.h"
#include "client/channel.h"
#include "client/cork.h"
#include "client/remote_call.h"
#include "client/service_connection.h"
#include "protos/status.h"
#include "stores/call_gate.h"
#include "stores/mutex.h"

namespace cachestore {

// One call on a lane, but for what it asks.
template <typename Result>
struct CoalescedCall {
  CallGate::Pass pass;
  std::chrono::steady_clock::time_point deadline;
  absl::AnyInvocable<void(Result) &&> done;  // Null once it has run.
};

// What the lanes of one client have in common.
struct CoalescingLimits {
  size_t max_calls;
  size_t max_bytes;
  absl::Duration max_wait;
  // Set once the service has turned out to know no batches.
  std::atomic<bool> is_off = false;
};

// The calls of one kind on their way to the service. While an RPC is in flight, calls gather in
// batches; when its callbacks have run, the first batch goes. When the deadline of one of them
// passes, the others do not wait for that RPC any longer. A batch of one call goes as the RPC
// for that, and its callback runs when the next batch is on its way.
//
// Every call is in one of: a batch that waits, a batch in flight, an RPC of its own. In the first
// two it is claimed, under the lock, by whoever comes first: the answer, or the timer once its
// deadline has passed. The batch in flight keeps the passes of all its calls until both it and they
// have ended, so that the connection is not released under it.
//
// A `Kind` says what is asked and answered: see client/call_coalescer.cc.
template <typename Kind>
class CoalescingLane final : public std::enable_shared_from_this<CoalescingLane<Kind>>,
                             public Cork::Lane {
 public:
  using Request = typename Kind::Request;
  using Result = typename Kind::Result;
  using Call = CoalescedCall<Result>;

  CoalescingLane(std::shared_ptr<ServiceConnection> connection,
                 std::shared_ptr<CoalescingLimits> limits)
      : connection_(std::move(connection)), limits_(std::move(limits)) {}

  // Makes the call, now or soon. Never runs a callback.
  void Add(Request request, Call call) ABSL_LOCKS_EXCLUDED(mutex_) {
    const bool is_held = Cork::Hold(*this);
    const Time deadline = call.deadline;
    BatchPointer ready;
    {
      MutexLock lock(mutex_);
      Append(std::move(request), std::move(call));
      if (!is_held) ready = TakeReady();
      // gRPC itself ends a call that goes alone.
      const bool goes_alone = ready != nullptr && ready->calls.size() == 1 && waiting_.empty();
      RingBy(goes_alone ? kNever : std::min(deadline, Due()));
    }
    Send(std::move(ready));
  }

  void Flush() override ABSL_LOCKS_EXCLUDED(mutex_) { Send(Next()); }

  // Lets the timer go. To be called when there are no calls any more.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    timer_.RingNow();
  }

 private:
  using Clock = CallTimer::Clock;
  using Time = CallTimer::Time;
  using Results = typename Kind::Results;

  static constexpr Time kNever = CallTimer::kNever;

  // Two columns, of which one row is a call.
  struct Batch {
    std::shared_ptr<CoalescingLane> lane;
    std::vector<Request> requests = {};
    std::vector<Call> calls = {};
    size_t bytes = 0;
    Time due = kNever;  // Until then it may wait although nothing is in flight; kNever: not at all.
    bool is_late = false;  // In flight, and too long for others to wait for it.
  };
  using BatchPointer = std::shared_ptr<Batch>;

  void Append(Request request, Call call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const size_t bytes = Kind::SizeInBatch(request);
    if (waiting_.empty() || IsFull(*waiting_.back(), bytes)) {
      waiting_.push_back(std::make_shared<Batch>(Batch{.lane = this->shared_from_this()}));
    }
    Batch& batch = *waiting_.back();
    if (limits_->max_wait > absl::ZeroDuration()) {
      // Whoever has little time spends at most half of it here.
      const Time now = Clock::now();
      const auto wait = absl::ToChronoNanoseconds(limits_->max_wait);
      batch.due = std::min({batch.due, now + wait, now + (call.deadline - now) / 2});
    }
    batch.requests.push_back(std::move(request));
    batch.calls.push_back(std::move(call));
    batch.bytes += bytes;
  }

  // Whether a batch has no room for so many bytes more.
  bool IsFull(const Batch& batch, size_t more_bytes) const {
    return batch.calls.size() == limits_->max_calls ||
           batch.bytes + more_bytes > limits_->max_bytes;
  }

  // The batch that is in flight from now on, and that the caller sends; null if there is none.
  BatchPointer TakeReady() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    while (!waiting_.empty() && !IsBusy()) {
      Batch& first = *waiting_.front();
      const bool may_grow = waiting_.size() == 1 && !IsFull(first, 1);
      if (may_grow && first.due != kNever && Clock::now() < first.due) return nullptr;
      BatchPointer ready = std::move(waiting_.front());
      waiting_.pop_front();
      DropAnswered(*ready);
      if (ready->calls.empty()) continue;
      in_flight_.push_back(ready);
      return ready;
    }
    return nullptr;
  }

  // Whether those who wait wait for an RPC.
  bool IsBusy() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::any_of(in_flight_.begin(), in_flight_.end(),
                       [](const BatchPointer& batch) { return !batch->is_late; });
  }

  // When the first batch is to go that TakeReady has left, unless an RPC ends before.
  Time Due() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_.empty() || IsBusy() ? kNever : waiting_.front()->due;
  }

  // Those whose deadline passed while they waited.
  static void DropAnswered(Batch& batch) {
    size_t kept = 0;
    for (size_t i = 0; i < batch.calls.size(); ++i) {
      if (batch.calls[i].done == nullptr) continue;
      if (kept != i) {
        batch.requests[kept] = std::move(batch.requests[i]);
        batch.calls[kept] = std::move(batch.calls[i]);
      }
      ++kept;
    }
    batch.requests.erase(batch.requests.begin() + kept, batch.requests.end());
    batch.calls.erase(batch.calls.begin() + kept, batch.calls.end());
  }

  // The same for whoever has no lock.
  BatchPointer Next() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    BatchPointer ready = TakeReady();
    RingBy(Due());
    return ready;
  }

  // Ends the flight of a batch, which is the caller's alone from here on.
  void Land(const Batch& batch) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    std::erase_if(in_flight_, [&](const BatchPointer& other) { return other.get() == &batch; });
  }

  // Makes the RPC of what TakeReady gave.
  void Send(BatchPointer batch) {
    while (batch != nullptr && batch->calls.size() > 1 && limits_->is_off) {
      Land(*batch);
      MakeEachCallAlone(*batch);
      batch = Next();
    }
    if (batch == nullptr) return;
    if (batch->calls.size() == 1) return SendOne(std::move(batch));
    const auto latest = std::max_element(
        batch->calls.begin(), batch->calls.end(),
        [](const Call& one, const Call& other) { return one.deadline < other.deadline; });
    const RemoteRequest request = {.method = Kind::kBatchMethod,
                                   .repetition = Kind::kRepetition,
                                   .message = Kind::EncodeBatch(batch->requests)};
    RemoteCall<absl::StatusOr<Results>>::Start(
        *connection_, request, WallTime(latest->deadline), Kind::DecodeBatch, {},
        [batch = std::move(batch)](absl::StatusOr<Results> results) {
          batch->lane->EndBatch(batch, std::move(results));
        });
  }

  void SendOne(BatchPointer batch) {
    const RemoteRequest request = RequestOf(batch->requests.front());
    const absl::Time deadline = WallTime(batch->calls.front().deadline);
    RemoteCall<Result>::Start(*connection_, request, deadline, Kind::Decode, {},
                              [batch = std::move(batch)](Result result) {
                                CoalescingLane& lane = *batch->lane;
                                lane.Land(*batch);
                                lane.Flush();
                                Answer(batch->calls.front(), std::move(result));
                              });
  }

  void EndBatch(const BatchPointer& batch, absl::StatusOr<Results> results) {
    if (absl::IsUnimplemented(results.status())) limits_->is_off = true;
    Land(*batch);
    // What has gathered goes with what the callbacks ask next: one batch, where there would be two.
    const Cork cork(this->shared_from_this());
    if (WasRefused(results.status())) return MakeEachCallAlone(*batch);
    if (results.ok() && results->size() != batch->calls.size()) {
      results = NoAnswer(connection_->address());
    }
    for (size_t i = 0; i < batch->calls.size(); ++i) {
      Call& call = batch->calls[i];
      if (!results.ok()) {
        Answer(call, Result(results.status()));
      } else if (Kind::DidNotFit((*results)[i])) {
        MakeAlone(batch->requests[i], call);
      } else {
        auto& item = (*results)[i];
        // In the words that the service's errors have when they come alone.
        if (!item.ok())
          item = FromServiceStatus(ToGrpcStatus(item.status()), connection_->address());
        Answer(call, Kind::ResultOf(item));
      }
    }
  }

  // Whether the service did nothing of a batch, for the sake of some of its calls or because of
  // their number: each may fare better alone.
  static bool WasRefused(const absl::Status& status) {
    return absl::IsInvalidArgument(status) || absl::IsResourceExhausted(status) ||
           absl::IsUnimplemented(status);
  }

  void MakeEachCallAlone(Batch& batch) {
    for (size_t i = 0; i < batch.calls.size(); ++i) MakeAlone(batch.requests[i], batch.calls[i]);
  }

  // Makes a call as one that never was on a lane, unless it has been answered.
  void MakeAlone(const Request& request, Call& call) {
    if (call.done == nullptr) return;
    RemoteCall<Result>::Start(*connection_, RequestOf(request), WallTime(call.deadline),
                              Kind::Decode, std::move(call.pass), std::move(call.done));
  }

  static RemoteRequest RequestOf(const Request& request) {
    return {
        .method = Kind::kMethod, .repetition = Kind::kRepetition, .message = Kind::Encode(request)};
  }

  // The callback goes before the pass leaves, as everywhere.
  static void Answer(Call& call, Result&& result) {
    if (call.done == nullptr) return;
    const CallGate::Pass pass = std::move(call.pass);
    auto done = std::exchange(call.done, nullptr);
    std::move(done)(std::move(result));
    done = nullptr;
  }

  // ---- Deadlines.

  void RingBy(Time time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    timer_.RingBy(time, this->shared_from_this());
  }

  // Answers the calls whose deadline has passed. That shows that what is in flight takes too long
  // for the others to wait for, too.
  void Ring() ABSL_LOCKS_EXCLUDED(mutex_) {
    std::shared_ptr<void> self;
    std::vector<BatchPointer> in_flight;  // Keep the passes of those that expire in them.
    BatchPointer ready;
    std::vector<Call> expired;
    {
      MutexLock lock(mutex_);
      self = timer_.Rang();
      in_flight = in_flight_;
      const Time now = Clock::now();
      Time earliest = kNever;
      for (const BatchPointer& batch : in_flight) {
        earliest = std::min(earliest, ClaimExpired(*batch, now, Claim::kAllButPass, expired));
      }
      for (const BatchPointer& batch : waiting_) {
        earliest = std::min(earliest, ClaimExpired(*batch, now, Claim::kAll, expired));
      }
      if (!expired.empty()) {
        for (const BatchPointer& batch : in_flight) batch->is_late = true;
      }
      ready = TakeReady();
      RingBy(std::min(earliest, Due()));
    }
    Send(std::move(ready));
    const grpc::Status passed(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded");
    for (Call& call : expired) {
      Answer(call, Result(FromServiceStatus(passed, connection_->address())));
    }
  }

  enum class Claim { kAll, kAllButPass };

  // Moves the calls of a batch whose deadline has passed; the earliest deadline of the others.
  static Time ClaimExpired(Batch& batch, Time now, Claim claim, std::vector<Call>& expired) {
    Time earliest = kNever;
    for (Call& call : batch.calls) {
      if (call.done == nullptr) continue;
      if (call.deadline <= now) {
        expired.push_back({.pass = claim == Claim::kAll ? std::move(call.pass) : CallGate::Pass(),
                           .deadline = call.deadline,
                           .done = std::exchange(call.done, nullptr)});
      } else {
        earliest = std::min(earliest, call.deadline);
      }
    }
    return earliest;
  }

  static absl::Time WallTime(Time time) {
    return absl::Now() + absl::FromChrono(time - Clock::now());
  }

  const std::shared_ptr<ServiceConnection> connection_;
  const std::shared_ptr<CoalescingLimits> limits_;

  Mutex mutex_;
  std::deque<BatchPointer> waiting_ ABSL_GUARDED_BY(mutex_);     // All but the last are full.
  std::vector<BatchPointer> in_flight_ ABSL_GUARDED_BY(mutex_);  // All but one at most are late.
  CallTimer timer_ ABSL_GUARDED_BY(mutex_){[this] { Ring(); }};
};

}  // namespace cachestore

#endif  // CLIENT_COALESCING_LANE_H_
