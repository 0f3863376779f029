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

constexpr size_t kReadBytes = 64 * 1024;

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
                                   RequestLimit& limit, RequestQueue& queue)
    : base_(base),
      options_(options),
      limit_(limit),
      queue_(queue),
      greeting_(Greeting(options.address)),
      machine_(TimingOf(options), static_cast<int>(greeting_.size())),
      dialer_(base, {.address = options.address,
                     .tls = options.tls,
                     .dead_peer_timeout = SilenceLimit(options)}),
      read_buffer_(std::make_unique<char[]>(kReadBytes)),
      woken_(base, queue.wakeup().fd(), EV_READ | EV_PERSIST,
             [this] { Turn([this] { queue_.wakeup().Clear(); }); }),
      tick_(base, -1, LoopEvent::kTimer, [this] { Turn([this] { OnTick(); }); }),
      again_(base, -1, LoopEvent::kTimer,
             [this] {
               Turn([this] {
                 if (has_more_to_read_) ReadReplies();
               });
             }),
      backoff_(base, -1, LoopEvent::kTimer,
               [this] { Turn([this] { Step({.type = Event::Type::kBackoffOver}); }); }) {
  woken_.Add();
}

ConnectionDriver::~ConnectionDriver() {
  now_nanos_ = SystemMonotonicClock().NowNanos();
  Step({.type = Event::Type::kStop});
}

void ConnectionDriver::Turn(absl::FunctionRef<void()> happened) {
  now_nanos_ = SystemMonotonicClock().NowNanos();
  queue_.Attend();
  happened();
  ServeQueue();
  WriteBytes();
  SetTimer();
  // Callers whose requests fail may send the next ones without end. These wait for the next turn,
  // so that sockets and timers have theirs.
  if (!queue_.Rest() || has_more_to_read_) again_.AddTimer(absl::ZeroDuration());
}

void ConnectionDriver::ServeQueue() {
  for (Request& request : queue_.Take()) {
    const int64_t deadline_nanos = request.deadline_nanos;
    const RequestId id = Open(std::move(request));
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

// Sets it earlier, and never later: most requests are answered long before their deadline.
void ConnectionDriver::SetTimer() {
  if (machine_.next_tick_nanos() >= tick_nanos_) return;
  const int64_t next_nanos = std::max(machine_.next_tick_nanos(), now_nanos_ + kTimerNanos);
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
      greeting_replies_ = 0;
      for (const Command& command : greeting_) to_write_ += command.bytes;
      return;
    case Action::Type::kWrite:
      return Write(action.request);
    case Action::Type::kAnswer: {
      Request::Handler handler = std::move(requests_[action.request].handler);
      Forget(action.request);
      return std::move(handler)(std::move(reply_));
    }
    case Action::Type::kFail:
      return Fail(action.request, action.failure);
    case Action::Type::kForget:
      return Forget(action.request);
    case Action::Type::kDisconnect:
      return Disconnect();
    case Action::Type::kBackOff:
      return BackOff(action.nanos);
  }
}

void ConnectionDriver::Connect(uint64_t generation) {
  generation_ = generation;
  dialer_.Dial([this, generation](absl::StatusOr<std::unique_ptr<Stream>> stream) {
    Turn([&] { OnDialed(generation, std::move(stream)); });
  });
}

void ConnectionDriver::OnDialed(uint64_t generation,
                                absl::StatusOr<std::unique_ptr<Stream>> stream) {
  if (!stream.ok()) {
    return Step({.type = Event::Type::kLost, .generation = generation}, stream.status());
  }
  stream_ = *std::move(stream);
  reader_ = std::make_shared<ReplyReader>(options_.max_reply_bytes);
  readable_ = std::make_unique<LoopEvent>(base_, stream_->fd(), EV_READ | EV_PERSIST,
                                          [this] { Turn([this] { ReadReplies(); }); });
  writable_ = std::make_unique<LoopEvent>(base_, stream_->fd(), EV_WRITE, [this] { Turn([] {}); });
  readable_->Add();
  Step({.type = Event::Type::kConnected, .generation = generation});
}

void ConnectionDriver::Disconnect() {
  dialer_.Cancel();
  readable_.reset();
  writable_.reset();
  reader_.reset();
  stream_.reset();
  to_write_ = std::string();
  written_ = 0;
  is_garbled_ = false;
  has_more_to_read_ = false;
}

void ConnectionDriver::BackOff(int64_t nanos) {
  backoff_.AddTimer(
      absl::Nanoseconds(absl::Uniform(absl::IntervalClosed, random_, nanos / 2, nanos)));
}

void ConnectionDriver::ReadReplies() {
  // Kept here: what a reply leads to may end the connection.
  const std::shared_ptr<ReplyReader> reader = reader_;
  const uint64_t generation = generation_;
  has_more_to_read_ = false;
  // So that nobody who sends without a pause keeps our own requests waiting.
  constexpr int kMaxReads = 16;
  for (int reads = 0; reads < kMaxReads; ++reads) {
    const absl::StatusOr<size_t> size = stream_->Read(read_buffer_.get(), kReadBytes);
    if (!size.ok()) {
      return Step({.type = Event::Type::kLost, .generation = generation}, size.status());
    }
    if (*size == 0) return;
    Step({.type = Event::Type::kHeard, .generation = generation});
    const absl::Status status =
        reader->Read(absl::string_view(read_buffer_.get(), *size),
                     [this](Reply reply) { return TakeReply(std::move(reply)); });
    if (reader_ != reader) return;
    if (!status.ok()) {
      is_garbled_ = true;
      return Step({.type = Event::Type::kLost, .generation = generation}, status);
    }
    if (*size < kReadBytes && !stream_->HasMore()) return;
  }
  has_more_to_read_ = true;
}

bool ConnectionDriver::TakeReply(Reply reply) {
  const uint64_t generation = generation_;
  if (!IsExpected(reply)) {
    is_garbled_ = true;
    Step({.type = Event::Type::kLost, .generation = generation},
         absl::InternalError("a reply does not fit the command that it answers"));
    return false;
  }
  const bool is_error = reply.type == Reply::Type::kError;
  absl::Status loss;
  if (is_error && !machine_.oldest_sent().has_value()) {
    loss = StatusOfError(reply.text);
  } else if (!machine_.is_greeting() && !machine_.oldest_sent().has_value()) {
    loss = absl::InternalError("a reply came that nobody had asked for");
  }
  reply_ = std::move(reply);
  if (machine_.is_greeting()) ++greeting_replies_;
  const bool was_ready = machine_.is_ready();
  Step({.type = Event::Type::kReply, .generation = generation, .is_error = is_error}, loss);
  if (machine_.is_ready() && !was_ready) {
    last_logged_.clear();
    options_.log(absl::StrCat(options_.address.name, ": connected"));
  }
  if (++replies_of_turn_ % kRepliesPerWrite == 0) {
    ServeQueue();
    WriteBytes();
  }
  return stream_ != nullptr;
}

bool ConnectionDriver::IsExpected(const Reply& reply) const {
  if (reply.type == Reply::Type::kError) return true;
  if (machine_.is_greeting()) return greeting_[greeting_replies_].is_answered_by(reply);
  const std::optional<RequestId> id = machine_.oldest_sent();
  return !id.has_value() || requests_[*id].command.is_answered_by(reply);
}

void ConnectionDriver::WriteBytes() {
  while (stream_ != nullptr && written_ < to_write_.size()) {
    const absl::StatusOr<size_t> size =
        stream_->Write(absl::string_view(to_write_).substr(written_));
    if (!size.ok()) {
      Step({.type = Event::Type::kLost, .generation = generation_}, size.status());
      return;
    }
    if (*size == 0) return writable_->Add();
    written_ += *size;
  }
  constexpr size_t kKeptBytes = size_t{1} << 20;
  if (to_write_.capacity() > kKeptBytes) to_write_ = std::string();
  to_write_.clear();
  written_ = 0;
}

RequestId ConnectionDriver::Open(Request request) {
  if (free_ids_.empty()) {
    requests_.push_back(std::move(request));
    return static_cast<RequestId>(requests_.size() - 1);
  }
  const RequestId id = free_ids_.back();
  free_ids_.pop_back();
  requests_[id] = std::move(request);
  return id;
}

void ConnectionDriver::Write(RequestId id) {
  std::string& bytes = requests_[id].command.bytes;
  if (to_write_.empty() && bytes.size() > to_write_.capacity()) {
    to_write_.swap(bytes);
  } else {
    to_write_ += bytes;
  }
  bytes = std::string();
}

void ConnectionDriver::Fail(RequestId id, ConnectionMachine::Failure failure) {
  absl::Status status = StatusOf(requests_[id], failure);
  Request::Handler handler = std::move(requests_[id].handler);
  if (failure != ConnectionMachine::Failure::kExpired) Forget(id);
  std::move(handler)(std::move(status));
}

absl::Status ConnectionDriver::StatusOf(const Request& request,
                                        ConnectionMachine::Failure failure) {
  const std::string& name = options_.address.name;
  const std::string timeout = absl::FormatDuration(options_.timeout);
  switch (failure) {
    case ConnectionMachine::Failure::kNotConnected:
      return absl::UnavailableError(absl::StrCat(name, " cannot be reached: ", loss_.message()));
    case ConnectionMachine::Failure::kExpiredUnsent:
      if (!request.is_deadline_of_caller) {
        return absl::UnavailableError(
            absl::StrCat(name, " cannot be reached: not within ", timeout, " (redis_timeout)"));
      }
      return absl::DeadlineExceededError(
          absl::StrCat("the call's deadline passed before it could be sent to ", name));
    case ConnectionMachine::Failure::kExpired:
      return absl::DeadlineExceededError(absl::StrCat(
          name, " did not answer ",
          request.is_deadline_of_caller ? std::string("before the call's deadline")
                                        : absl::StrCat("within ", timeout, " (redis_timeout)")));
    case ConnectionMachine::Failure::kLost:
      break;
  }
  if (std::exchange(is_garbled_, false)) {
    return absl::InternalError(
        absl::StrCat(name, " answered with what makes no sense: ", loss_.message()));
  }
  return absl::UnavailableError(absl::StrCat("the connection to ", name,
                                             " was lost before the answer came: ", loss_.message(),
                                             "; the call may have had its effect"));
}

void ConnectionDriver::Forget(RequestId id) {
  limit_.Leave(requests_[id].admitted_bytes);
  requests_[id] = {};
  free_ids_.push_back(id);
}

// Once for each outage and reason: attempts repeat several times a second.
void ConnectionDriver::LogLoss(bool was_ready, const absl::Status& loss) {
  std::string line =
      absl::StrCat(options_.address.name,
                   was_ready ? ": connection lost: " : ": cannot be reached: ", loss.message());
  if (line == last_logged_) return;
  options_.log(line);
  last_logged_ = std::move(line);
}

}  // namespace cachestore::redis
