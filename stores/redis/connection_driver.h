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
#include "absl/strings/string_view.h"
#include "stores/redis/command.h"
#include "stores/redis/connection_machine.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/dialer.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/reply_reader.h"
#include "stores/redis/request.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/request_queue.h"
#include "stores/redis/stream.h"

namespace cachestore::redis {

// Does what a ConnectionMachine says, with a real socket, a clock and timers; and tells it what has
// happened. Lives on the thread of an event loop, where the handlers of requests run.
class ConnectionDriver {
 public:
  // All must outlive this. Serves what comes into `queue`, and counts it out of `limit`.
  ConnectionDriver(event_base* base, const ConnectionOptions& options, RequestLimit& limit,
                   RequestQueue& queue);

  // Closes the connection. No handler may be waiting.
  ~ConnectionDriver();
  ConnectionDriver(const ConnectionDriver&) = delete;
  ConnectionDriver& operator=(const ConnectionDriver&) = delete;

 private:
  using Event = ConnectionMachine::Event;
  using Action = ConnectionMachine::Action;

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
  void OnDialed(uint64_t generation, absl::StatusOr<std::unique_ptr<Stream>> stream);
  void Disconnect();
  void BackOff(int64_t nanos);

  void ReadReplies();
  bool TakeReply(Reply reply);
  bool IsExpected(const Reply& reply) const;
  void WriteBytes();

  RequestId Open(Request request);
  void Write(RequestId id);
  void Fail(RequestId id, ConnectionMachine::Failure failure);
  absl::Status StatusOf(const Request& request, ConnectionMachine::Failure failure);
  // Ends a request: its number may be used again.
  void Forget(RequestId id);
  void LogLoss(bool was_ready, const absl::Status& loss);

  event_base* const base_;
  const ConnectionOptions& options_;
  RequestLimit& limit_;
  RequestQueue& queue_;
  const std::vector<Command> greeting_;

  ConnectionMachine machine_;
  ConnectionMachine::Actions actions_;
  int64_t now_nanos_ = 0;  // Of this turn.
  absl::BitGen random_;

  std::vector<Request> requests_;  // By number.
  std::vector<RequestId> free_ids_;
  Reply reply_;        // The one that kAnswer means.
  absl::Status loss_;  // Why there is no connection.
  // The next request to fail by a loss is the one whose reply made no sense.
  bool is_garbled_ = false;
  std::string last_logged_;

  Dialer dialer_;
  std::unique_ptr<Stream> stream_;  // Null while there is no connection.
  uint64_t generation_ = 0;         // Of the stream.
  size_t greeting_replies_ = 0;
  std::shared_ptr<ReplyReader> reader_;
  bool has_more_to_read_ = false;  // And nothing will announce it.
  std::unique_ptr<LoopEvent> readable_;
  std::unique_ptr<LoopEvent> writable_;
  const std::unique_ptr<char[]> read_buffer_;
  std::string to_write_;
  size_t written_ = 0;  // Of to_write_.

  int replies_of_turn_ = 0;
  LoopEvent woken_;
  LoopEvent tick_;
  int64_t tick_nanos_ = ConnectionMachine::kNever;  // When it is set for.
  LoopEvent again_;
  LoopEvent backoff_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_DRIVER_H_
