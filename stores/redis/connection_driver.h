// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_DRIVER_H_
#define STORES_REDIS_CONNECTION_DRIVER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "stores/redis/command.h"
#include "stores/redis/connection_counts.h"
#include "stores/redis/connection_machine.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/dialer.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/link.h"
#include "stores/redis/reply.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/request_queue.h"
#include "stores/redis/request_table.h"
#include "stores/redis/stream.h"

namespace cachestore::redis {

// Does what a ConnectionMachine says, with a real socket, a clock and timers; and tells it what has
// happened. Lives on the thread of an event loop, where the handlers of requests run.
class ConnectionDriver {
 public:
  // All must outlive this. Serves what comes into `queue`, counts it out of `limit`, and keeps
  // `counts`.
  ConnectionDriver(event_base* base, const ConnectionOptions& options, RequestLimit& limit,
                   RequestQueue& queue, ConnectionCounts& counts);

  // Closes the connection. No handler may be waiting.
  ~ConnectionDriver();

  // Serves what has come into the queue.
  void Serve() {
    Turn([] {});
  }

  // Of the connection there is, or was last.
  uint64_t generation() const { return generation_; }

  ConnectionDriver(const ConnectionDriver&) = delete;
  ConnectionDriver& operator=(const ConnectionDriver&) = delete;

 private:
  using Event = ConnectionMachine::Event;
  using Action = ConnectionMachine::Action;
  using Failure = ConnectionMachine::Failure;

  // A turn of the loop: takes in what `happened`, serves the queue, and writes all that there is to
  // write, together.
  void Turn(absl::FunctionRef<void()> happened);
  void ServeQueue();
  void OnTick();
  void SetTimer();

  // Tells the machine of an event and does what it says. `loss` is why, if the connection ends by
  // it.
  void Step(const Event& event, const absl::Status& loss = absl::OkStatus());
  void Do(const Action& action);
  void Connect(uint64_t generation);
  void OnDialed(absl::StatusOr<std::unique_ptr<Stream>> stream);
  void Disconnect();
  void BackOff(int64_t nanos);

  void ReadReplies();
  bool TakeReply(Reply reply);
  // Whether `reply` can be one to `request`; or, if there is none, to the greeting.
  bool IsExpected(const Reply& reply, const std::optional<RequestId>& request) const;
  const Command& CommandOf(const std::optional<RequestId>& request) const;
  void Flush();

  void Fail(RequestId id, Failure failure);
  absl::Status StatusOf(RequestId id, Failure failure) const;
  absl::Status StatusOfUnsent(const Request& request) const;
  void LogLoss(bool was_ready, const absl::Status& loss);

  event_base* const base_;
  const ConnectionOptions& options_;
  RequestQueue& queue_;
  ConnectionCounts& counts_;
  const std::vector<Command> greeting_;

  ConnectionMachine machine_;
  ConnectionMachine::Actions actions_;
  int64_t now_nanos_ = 0;  // Of this turn.
  int replies_of_turn_ = 0;
  absl::BitGen random_;

  RequestTable requests_;
  Reply reply_;        // The one that kAnswer means.
  absl::Status loss_;  // Why there is no connection.
  std::optional<RequestId>
      garbled_;                      // The request whose reply, which made no sense, is the reason.
  std::vector<std::string> logged_;  // Since there was a connection.

  Dialer dialer_;
  uint64_t generation_ = 0;
  std::shared_ptr<Link> link_;  // Null while there is no connection.

  LoopEvent tick_;
  int64_t tick_nanos_ = ConnectionMachine::kNever;  // When it is set for.
  LoopEvent again_;
  LoopEvent backoff_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_DRIVER_H_
