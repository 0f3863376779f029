// SPDX-License-Identifier: Apache-2.0

// Every entry from the loop is one Turn. Handlers run inside it and may send, which only fills the
// queue: so the machine is never entered twice, and what they send leaves at the end of the turn.
#include "stores/redis/connection_driver.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "stores/monotonic_clock.h"
#include "stores/redis/reply_error.h"

namespace cachestore::redis {
namespace {

// After so many replies the requests that they have led to are written: so Redis works on them
// while the rest is read. With one write for all, either side would sleep while the other works.
constexpr int kRepliesPerWrite = 16;

// Timers are no finer: deadlines that are this close are served together.
constexpr int64_t kTimerNanos = 1'000'000;

// A Redis may take its timeout, and a second more, for what it owes.
absl::Duration SilenceLimit(const ConnectionOptions& options) {
  return options.timeout + absl::Seconds(1);
}

ConnectionTiming TimingOf(const ConnectionOptions& options) {
  return {.connect_nanos = absl::ToInt64Nanoseconds(options.connect_timeout),
          .silence_nanos = absl::ToInt64Nanoseconds(SilenceLimit(options))};
}

}  // namespace

ConnectionDriver::ConnectionDriver(event_base* base, const ConnectionOptions& options,
                                   RequestLimit& limit, RequestQueue& queue,
                                   ConnectionCounts& counts)
    : base_(base),
      options_(options),
      queue_(queue),
      counts_(counts),
      greeting_(Greeting(options.address, options.must_be_master)),
      machine_(TimingOf(options), static_cast<int>(greeting_.size())),
      requests_(limit),
      dialer_(base, {.address = options.address, .tls = options.tls}),
      tick_(base, -1, LoopEvent::kTimer, [this] { Turn([this] { OnTick(); }); }),
      again_(base, -1, LoopEvent::kTimer,
             [this] {
               Turn([this] {
                 if (link_ != nullptr && link_->has_more()) ReadReplies();
               });
             }),
      backoff_(base, -1, LoopEvent::kTimer,
               [this] { Turn([this] { Step({.type = Event::Type::kBackoffOver}); }); }) {}

ConnectionDriver::~ConnectionDriver() {
  now_nanos_ = SystemMonotonicClock().NowNanos();
  Step({.type = Event::Type::kStop});
}

void ConnectionDriver::Turn(absl::FunctionRef<void()> happened) {
  now_nanos_ = SystemMonotonicClock().NowNanos();
  replies_of_turn_ = 0;
  queue_.Attend();
  happened();
  ServeQueue();
  Flush();
  counts_.Pipelined(machine_.sent());
  SetTimer();
  // Callers whose requests fail may send the next ones without end. These wait for the next turn,
  // so that sockets and timers have theirs.
  const bool rests = queue_.Rest();
  if (!rests || (link_ != nullptr && link_->has_more())) again_.AddTimer(absl::ZeroDuration());
}

void ConnectionDriver::ServeQueue() {
  for (Request& request : queue_.Take()) {
    const int64_t deadline_nanos = request.deadline_nanos;
    const RequestId id = requests_.Open(std::move(request));
    Step({.type = Event::Type::kSubmit, .request = id, .deadline_nanos = deadline_nanos});
  }
}

void ConnectionDriver::OnTick() {
  tick_nanos_ = ConnectionMachine::kNever;
  const std::string loss =
      machine_.is_ready()
          ? absl::StrCat("it has sent nothing for ", absl::FormatDuration(SilenceLimit(options_)))
          : absl::StrCat("connecting took longer than ",
                         absl::FormatDuration(options_.connect_timeout));
  Step({.type = Event::Type::kTick}, absl::UnavailableError(loss));
}

// Sets it earlier, and never later: most requests are answered long before their deadline, and one
// whose time has come is not put off by those that arrive.
void ConnectionDriver::SetTimer() {
  if (machine_.next_tick_nanos() == ConnectionMachine::kNever) return;
  const int64_t next_nanos = std::max(machine_.next_tick_nanos(), now_nanos_ + kTimerNanos);
  if (next_nanos >= tick_nanos_) return;
  tick_nanos_ = next_nanos;
  tick_.AddTimer(absl::Nanoseconds(next_nanos - now_nanos_));
}

void ConnectionDriver::Step(const Event& event, const absl::Status& loss) {
  const bool was_ready = machine_.is_ready();
  actions_.clear();
  machine_.Step(event, now_nanos_, actions_);
  if (!loss.ok() && std::ranges::any_of(actions_, [](const Action& action) {
        return action.type == Action::Type::kDisconnect;
      })) {
    counts_.Lost(was_ready);
    LogLoss(was_ready, loss);
    loss_ = loss;
  }
  for (const Action& action : actions_) Do(action);
}

void ConnectionDriver::Do(const Action& action) {
  switch (action.type) {
    case Action::Type::kConnect:
      return Connect(action.generation);
    case Action::Type::kGreet:
      for (const Command& command : greeting_) link_->Append(command.bytes);
      return;
    case Action::Type::kWrite:
      requests_[action.request].written_nanos = now_nanos_;
      return link_->Append(std::exchange(requests_[action.request].command.bytes, {}));
    case Action::Type::kAnswer:
      counts_.RoundTrip(now_nanos_ - requests_[action.request].written_nanos);
      return requests_.Close(action.request)(std::move(reply_));
    case Action::Type::kFail:
      return Fail(action.request, action.failure);
    case Action::Type::kForget:
      requests_.Close(action.request);
      return;
    case Action::Type::kDisconnect:
      return Disconnect();
    case Action::Type::kBackOff:
      return BackOff(action.nanos);
  }
}

void ConnectionDriver::Connect(uint64_t generation) {
  generation_ = generation;
  dialer_.Dial([this](absl::StatusOr<std::unique_ptr<Stream>> stream) {
    Turn([&] { OnDialed(std::move(stream)); });
  });
}

void ConnectionDriver::OnDialed(absl::StatusOr<std::unique_ptr<Stream>> stream) {
  if (!stream.ok()) {
    return Step({.type = Event::Type::kLost, .generation = generation_}, stream.status());
  }
  link_ = std::make_shared<Link>(
      base_, *std::move(stream), options_.max_reply_bytes,
      [this] { Turn([this] { ReadReplies(); }); }, [this] { Turn([] {}); });
  Step({.type = Event::Type::kConnected, .generation = generation_});
}

void ConnectionDriver::Disconnect() {
  dialer_.Cancel();
  link_.reset();
  garbled_.reset();
}

void ConnectionDriver::BackOff(int64_t nanos) {
  backoff_.AddTimer(
      absl::Nanoseconds(absl::Uniform(absl::IntervalClosed, random_, nanos / 2, nanos)));
}

void ConnectionDriver::ReadReplies() {
  // Kept here: what a reply leads to may end the connection.
  const std::shared_ptr<Link> link = link_;
  const uint64_t generation = generation_;
  const absl::Status status =
      link->Read([&] { Step({.type = Event::Type::kHeard, .generation = generation}); },
                 [this](Reply reply) { return TakeReply(std::move(reply)); });
  if (status.ok() || link_ == nullptr) return;
  if (absl::IsInternal(status)) garbled_ = machine_.oldest_sent();
  Step({.type = Event::Type::kLost, .generation = generation}, status);
}

// Whether the connection is still there.
bool ConnectionDriver::TakeReply(Reply reply) {
  const std::optional<RequestId> request = machine_.oldest_sent();
  const bool is_error = reply.type == Reply::Type::kError;
  if (!IsExpected(reply, request)) {
    const absl::string_view otherwise = CommandOf(request).otherwise;
    garbled_ = request;
    Step({.type = Event::Type::kLost, .generation = generation_}, absl::InternalError(otherwise));
    return false;
  }
  // Where nobody waits for it, it ends the connection: a refused greeting, or out of step.
  absl::Status loss;
  if (!request.has_value() && is_error) {
    loss = StatusOfError(reply.text);
  } else if (!request.has_value()) {
    loss = absl::InternalError("a reply came that nobody had asked for");
  }
  const bool was_ready = machine_.is_ready();
  reply_ = std::move(reply);
  Step({.type = Event::Type::kReply, .generation = generation_, .is_error = is_error}, loss);
  if (machine_.is_ready() && !was_ready) {
    logged_.clear();
    counts_.Connected();
    options_.log(Severity::kInfo, absl::StrCat(options_.address.name, ": connected"));
  }
  if (++replies_of_turn_ % kRepliesPerWrite == 0) {
    ServeQueue();
    Flush();
  }
  return link_ != nullptr;
}

bool ConnectionDriver::IsExpected(const Reply& reply,
                                  const std::optional<RequestId>& request) const {
  if (reply.type == Reply::Type::kError) return true;
  if (!request.has_value() && !machine_.is_greeting()) return true;
  return CommandOf(request).is_answered_by(reply);
}

const Command& ConnectionDriver::CommandOf(const std::optional<RequestId>& request) const {
  return machine_.is_greeting() ? greeting_[static_cast<size_t>(machine_.next_greeting_reply())]
                                : requests_[*request].command;
}

void ConnectionDriver::Flush() {
  if (link_ == nullptr) return;
  const absl::Status status = link_->Flush();
  if (!status.ok()) Step({.type = Event::Type::kLost, .generation = generation_}, status);
}

// An expired request stays open until its reply has come.
void ConnectionDriver::Fail(RequestId id, Failure failure) {
  absl::Status status = StatusOf(id, failure);
  Request::Handler handler =
      failure == Failure::kExpired ? std::move(requests_[id].handler) : requests_.Close(id);
  std::move(handler)(std::move(status));
}

absl::Status ConnectionDriver::StatusOf(RequestId id, Failure failure) const {
  const std::string& name = options_.address.name;
  switch (failure) {
    case Failure::kNotConnected:
      return absl::UnavailableError(absl::StrCat(name, " cannot be reached: ", loss_.message()));
    case Failure::kExpiredUnsent:
      return StatusOfUnsent(requests_[id]);
    case Failure::kExpired:
      return absl::DeadlineExceededError(
          absl::StrCat(name, " did not answer ",
                       requests_[id].is_deadline_of_caller
                           ? std::string("in the time that the call had left")
                           : absl::StrCat("within ", absl::FormatDuration(options_.timeout),
                                          " (redis_timeout)")));
    case Failure::kLost:
      break;
  }
  if (garbled_ == id) {
    return absl::InternalError(
        absl::StrCat(name, " answered with what makes no sense: ", loss_.message()));
  }
  return absl::UnavailableError(absl::StrCat("the connection to ", name,
                                             " was lost before the answer came: ", loss_.message(),
                                             "; the call may have had its effect"));
}

absl::Status ConnectionDriver::StatusOfUnsent(const Request& request) const {
  const std::string& name = options_.address.name;
  if (request.is_deadline_of_caller) {
    return absl::DeadlineExceededError(
        absl::StrCat("the time that the call had was over before it could be sent to ", name));
  }
  const std::string timeout = absl::FormatDuration(options_.timeout);
  if (machine_.is_ready()) {
    return absl::DeadlineExceededError(
        absl::StrCat("the call could not be sent to ", name, " within ", timeout,
                     " (redis_timeout): this process is too busy, or a callback has blocked"));
  }
  return absl::UnavailableError(
      absl::StrCat(name, " cannot be reached: not within ", timeout, " (redis_timeout)"));
}

// Once for each reason that an outage has: attempts repeat several times a second.
void ConnectionDriver::LogLoss(bool was_ready, const absl::Status& loss) {
  constexpr size_t kMaxReasons = 8;
  std::string line =
      absl::StrCat(options_.address.name,
                   was_ready ? ": connection lost: " : ": cannot be reached: ", loss.message());
  if (logged_.size() >= kMaxReasons || std::ranges::find(logged_, line) != logged_.end()) return;
  options_.log(Severity::kWarning, line);
  logged_.push_back(std::move(line));
}

}  // namespace cachestore::redis
