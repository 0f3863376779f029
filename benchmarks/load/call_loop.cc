// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/call_loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <utility>

#include "benchmarks/load/clock.h"

namespace cachestore {
namespace {

constexpr int64_t kNanosASecond = 1'000'000'000;

// After the last call was due.
constexpr int64_t kPatience = 10 * kNanosASecond;

}  // namespace

absl::StatusOr<std::unique_ptr<CallLoop>> CallLoop::Create(const Options& options) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  // Linux else may let this thread sleep for 50 us longer than it asks to.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  return std::unique_ptr<CallLoop>(new CallLoop(options, epoll));
}

CallLoop::CallLoop(const Options& options, int epoll) : options_(options), epoll_(epoll) {}

CallLoop::~CallLoop() { close(epoll_); }

absl::Status CallLoop::Add(std::unique_ptr<CallConnection> connection) {
  epoll_event event = {.events = EPOLLIN, .data = {.ptr = connection.get()}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd(), &event) != 0) {
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  connections_.push_back(std::move(connection));
  return absl::OkStatus();
}

LoadResult CallLoop::Run(absl::Duration warmup, absl::Duration time) {
  begin_ = NowNanos();
  from_ = begin_ + absl::ToInt64Nanoseconds(warmup);
  to_ = from_ + absl::ToInt64Nanoseconds(time);
  const absl::Status status = RunUntilAllEnded();
  if (!status.ok()) {
    Fail(status.message());
    result_.failed += started_ - ended_;
  }
  result_.time = std::max(time, absl::Nanoseconds(NowNanos() - from_));
  result_.cpu_time = CpuTime() - cpu_before_;
  return result_;
}

absl::Status CallLoop::RunUntilAllEnded() {
  bool is_measuring = false;
  if (!options_.calls_per_second) {
    if (absl::Status status = StartOnEach(options_.in_flight); !status.ok()) return status;
  }
  while (true) {
    const int64_t now = NowNanos();
    if (!is_measuring && now >= from_) {
      is_measuring = true;
      cpu_before_ = CpuTime();
    }
    if (absl::Status status = StartDue(now); !status.ok()) return status;
    const int64_t next = DueAt(started_);
    if (next >= to_ && ended_ == started_) return absl::OkStatus();
    if (now >= to_ + kPatience) return absl::DeadlineExceededError("calls were not answered");
    const int64_t until = next < to_ ? next : to_ + kPatience;
    if (absl::Status status = WaitAndServe(until); !status.ok()) return status;
  }
}

absl::Status CallLoop::StartOnEach(size_t calls) {
  for (const auto& connection : connections_) {
    StartNow(*connection, calls);
    if (absl::Status status = Send(*connection); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void CallLoop::StartNow(CallConnection& connection, size_t calls) {
  const int64_t now = NowNanos();
  if (now >= to_) return;
  for (size_t call = 0; call < calls; ++call) {
    ++started_;
    connection.protocol().Start(NextExchange(), now);
  }
}

absl::Status CallLoop::StartDue(int64_t now) {
  const uint64_t first = started_;
  for (int64_t due = DueAt(started_); due <= now && due < to_; due = DueAt(started_)) {
    CallConnection& connection = *connections_[started_ % connections_.size()];
    const bool is_too_much = started_ - ended_ >= options_.most_in_flight;
    ++started_;
    if (is_too_much) {
      Ended(due, "too many calls are in flight");
    } else {
      connection.protocol().Start(NextExchange(), due);
    }
  }
  const uint64_t last = std::min(started_, first + connections_.size());
  for (uint64_t call = first; call < last; ++call) {
    absl::Status status = Send(*connections_[call % connections_.size()]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CallLoop::WaitAndServe(int64_t until) {
  const int64_t left = std::max<int64_t>(until - NowNanos(), 0);
  const timespec timeout = {.tv_sec = left / kNanosASecond, .tv_nsec = left % kNanosASecond};
  std::array<epoll_event, 64> events = {};
  const int ready = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  if (ready < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "epoll_pwait2");
  for (int i = 0; i < ready; ++i) {
    CallConnection& connection = *static_cast<CallConnection*>(events[i].data.ptr);
    const uint64_t ended_before = ended_;
    if (absl::Status status = connection.Receive(); !status.ok()) return status;
    if (!options_.calls_per_second) StartNow(connection, ended_ - ended_before);
    if (absl::Status status = Send(connection); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CallLoop::Send(CallConnection& connection) const {
  const bool did_wait = connection.wants_to_send();
  if (absl::Status status = connection.Send(); !status.ok()) return status;
  if (connection.wants_to_send() == did_wait) return absl::OkStatus();
  epoll_event event = {.events = EPOLLIN, .data = {.ptr = &connection}};
  if (connection.wants_to_send()) event.events |= EPOLLOUT;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd(), &event) != 0) {
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  return absl::OkStatus();
}

void CallLoop::Ended(int64_t due_ns, absl::string_view error) {
  ++ended_;
  if (!error.empty()) return Fail(error);
  if (due_ns >= from_) result_.latency.Add(absl::Nanoseconds(NowNanos() - due_ns));
}

void CallLoop::Refused(int64_t due_ns) {
  ++ended_;
  if (due_ns >= from_) ++result_.refused;
}

void CallLoop::Fail(absl::string_view error) {
  ++result_.failed;
  if (error_.empty()) error_ = std::string(error);
}

int64_t CallLoop::DueAt(uint64_t call) const {
  if (!options_.calls_per_second) return std::numeric_limits<int64_t>::max();
  return begin_ +
         static_cast<int64_t>(static_cast<double>(call) *
                              (static_cast<double>(kNanosASecond) / *options_.calls_per_second));
}

// At random by Knuth's linear congruential generator.
size_t CallLoop::NextExchange() {
  if (exchanges_in_order_ < options_.exchanges) return exchanges_in_order_++;
  random_ = random_ * 6364136223846793005u + 1442695040888963407u;
  return (random_ >> 33) % options_.exchanges;
}

}  // namespace cachestore
