// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/client.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/reply_error.h"
#include "stores/redis/script.h"

namespace cachestore::redis {
namespace {

using Right = Rights::Right;

// Of a script, what it takes to send it again.
Command KeepForAgain(Command& command) {
  return {.bytes = {},
          .is_answered_by = command.is_answered_by,
          .script = std::exchange(command.script, nullptr)};
}

bool WantsItInFull(const absl::StatusOr<Reply>& reply) {
  return reply.ok() && reply->type == Reply::Type::kError && IsUnknownScript(reply->text);
}

}  // namespace

Client::Client(EventLoop& loop, const KeySpace& keys, const ConnectionOptions& options,
               Redirections redirections)
    : redirections_(redirections),
      timeout_(options.timeout),
      max_batch_reply_bytes_(options.max_reply_bytes),
      keys_(keys),
      rights_(keys, options.address.name, options.log),
      connection_(loop, options) {}

void Client::Send(RequestLimit::Kind kind, Rights::Right right, Command command,
                  absl::Time deadline, Request::Handler handler) {
  if (command.script == nullptr) {
    return connection_.Send(
        kind, std::move(command), deadline,
        [this, right, handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
          std::move(handler)(ResultOf(right, std::move(reply)));
        });
  }
  Command again = KeepForAgain(command);
  connection_.Send(kind, std::move(command), deadline,
                   [this, again = std::move(again), end = End(deadline),
                    handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
                     if (WantsItInFull(reply))
                       return SendInFull(std::move(again), end, std::move(handler));
                     std::move(handler)(ResultOf(Right::kScripts, std::move(reply)));
                   });
}

void Client::SendInFull(Command command, absl::Time deadline, Request::Handler handler) {
  command.bytes = command.script->InFull();
  command.script.reset();
  // It is what keeps a call going.
  connection_.Send(RequestLimit::Kind::kUpkeep, std::move(command), deadline,
                   [this, handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
                     std::move(handler)(ResultOf(Right::kScripts, std::move(reply)));
                   });
}

absl::StatusOr<Reply> Client::ResultOf(Right right, absl::StatusOr<Reply> reply) {
  if (!reply.ok()) return reply;
  if (reply->type != Reply::Type::kError) return reply;
  if (redirections_ == Redirections::kAreReplies && IsRedirection(reply->text)) return reply;
  rights_.Note(right, *reply);
  return StatusOfError(reply->text);
}

void Client::SendAsking(Right right, Command command, absl::Time deadline,
                        Request::Handler handler) {
  if (command.script != nullptr) {
    command.bytes = std::exchange(command.script, nullptr)->InFull();
    right = Right::kScripts;
  }
  // Outlasts the requests, if they are not sent.
  const auto kept = std::make_shared<Request::Handler>(std::move(handler));
  std::vector<Request> requests;
  requests.push_back({.command = Asking(), .handler = [](absl::StatusOr<Reply>) {}});
  requests.push_back(
      {.command = std::move(command), .handler = [this, right, kept](absl::StatusOr<Reply> reply) {
         std::move (*kept)(ResultOf(right, std::move(reply)));
       }});
  absl::Status status =
      connection_.SendAll(RequestLimit::Kind::kUpkeep, std::move(requests), deadline);
  if (!status.ok()) std::move (*kept)(std::move(status));
}

void Client::Ask(Command command, absl::Time deadline, Request::Handler handler) {
  connection_.Send(RequestLimit::Kind::kUpkeep, std::move(command), deadline,
                   [handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
                     const bool is_error = reply.ok() && reply->type == Reply::Type::kError;
                     std::move(handler)(is_error ? StatusOfError(reply->text) : std::move(reply));
                   });
}

// A batch under way. Made on the thread of the caller; belongs to itself from when it is sent,
// until the last of its commands' handlers has run. They all run on the loop's thread, once each,
// and hold so little that none of them needs memory of its own.
class Client::Batch {
 public:
  // `commands` lose what Batch needs to send them again.
  Batch(Client& client, Right right, std::vector<Command>& commands, absl::Time end,
        BatchHandler handler)
      : client_(client),
        right_(right),
        end_(end),
        replies_(commands.size(), absl::StatusOr<Reply>(absl::UnknownError(""))),
        missing_(commands.size()),
        handler_(std::move(handler)) {
    std::vector<const Script*> sent;
    for (size_t i = 0; i < commands.size(); ++i) {
      Command& command = commands[i];
      if (command.script == nullptr) continue;
      if (std::ranges::find(sent, command.script->script) == sent.end()) {
        sent.push_back(command.script->script);
        command.bytes = command.script->InFull();
      }
      again_.resize(commands.size());
      again_[i] = KeepForAgain(command);
    }
  }

  void Take(size_t index, absl::StatusOr<Reply> reply) {
    const bool is_script = index < again_.size() && again_[index].script != nullptr;
    if (is_script && WantsItInFull(reply)) {
      return client_.SendInFull(
          std::move(again_[index]), end_,
          [this, index](absl::StatusOr<Reply> reply) { Keep(index, std::move(reply)); });
    }
    Keep(index, client_.ResultOf(is_script ? Right::kScripts : right_, std::move(reply)));
  }

  // From now on it lives until it has run its handler.
  void KeepItself(std::unique_ptr<Batch> self) { self_ = std::move(self); }

  // Where none of its commands was sent.
  void Refuse(absl::Status status) {
    const std::unique_ptr<Batch> self = std::move(self_);
    std::move(handler_)(std::move(status));
  }

 private:
  void Keep(size_t index, absl::StatusOr<Reply> result) {
    if (result.ok()) bytes_ += result->text.size();
    // A small request may be for more than there is memory for.
    if (result.ok() && bytes_ > client_.max_batch_reply_bytes_) {
      bytes_ -= result->text.size();
      result = absl::ResourceExhaustedError(absl::StrCat("the values of this batch take more than ",
                                                         client_.max_batch_reply_bytes_,
                                                         " bytes: get this key alone"));
    }
    replies_[index] = std::move(result);
    if (--missing_ > 0) return;
    const std::unique_ptr<Batch> self = std::move(self_);
    std::move(handler_)(std::move(replies_));
  }

  Client& client_;
  const Right right_;
  const absl::Time end_;
  std::vector<Command> again_;  // The scripts among the commands; empty if there are none.
  std::vector<absl::StatusOr<Reply>> replies_;
  size_t bytes_ = 0;  // Of their texts.
  size_t missing_;
  BatchHandler handler_;
  std::unique_ptr<Batch> self_;
};

void Client::SendAll(RequestLimit::Kind kind, Right right, std::vector<Command> commands,
                     absl::Time deadline, BatchHandler handler) {
  auto batch = std::make_unique<Batch>(*this, right, commands, End(deadline), std::move(handler));
  std::vector<Request> requests;
  requests.reserve(commands.size());
  for (size_t i = 0; i < commands.size(); ++i) {
    requests.push_back({.command = std::move(commands[i]),
                        .handler = [batch = batch.get(), i](absl::StatusOr<Reply> reply) {
                          batch->Take(i, std::move(reply));
                        }});
  }
  // Before it is sent: it may be over by the time that SendAll returns.
  Batch& sent = *batch;
  sent.KeepItself(std::move(batch));
  absl::Status status = connection_.SendAll(kind, std::move(requests), deadline);
  if (!status.ok()) sent.Refuse(std::move(status));
}

void Client::Ping(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done) {
  deadline = std::min(deadline, absl::Now() + timeout_);
  connection_.Send(RequestLimit::Kind::kUpkeep, redis::Ping(), deadline,
                   [this, deadline, done = std::move(done)](absl::StatusOr<Reply> reply) mutable {
                     if (!reply.ok()) return std::move(done)(reply.status());
                     if (reply->type == Reply::Type::kError) {
                       return std::move(done)(StatusOfError(reply->text));
                     }
                     TryRefused(deadline, std::move(done));
                   });
}

// Each probe that succeeds leaves one less, and one that fails ends it.
void Client::TryRefused(absl::Time deadline, absl::AnyInvocable<void(absl::Status) &&> done) {
  std::optional<Rights::Probe> probe = rights_.NextProbe();
  if (!probe.has_value()) return std::move(done)(absl::OkStatus());
  const Rights::Right right = probe->right;
  Send(RequestLimit::Kind::kUpkeep, right, std::move(probe->command), deadline,
       [this, right, deadline, done = std::move(done)](absl::StatusOr<Reply> reply) mutable {
         if (!reply.ok()) return std::move(done)(reply.status());
         // A script that is redirected has not been looked into. What is in it may be refused
         // still, and is the last that is tried.
         const bool is_redirected = reply->type == Reply::Type::kError;
         if (is_redirected && right == Right::kScripts) return std::move(done)(absl::OkStatus());
         rights_.Restore(right);
         TryRefused(deadline, std::move(done));
       });
}

}  // namespace cachestore::redis
