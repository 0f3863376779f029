// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/sentinel/subscription.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/command_writer.h"
#include "stores/redis/reply_error.h"

namespace cachestore::redis {
namespace {

constexpr absl::Duration kPause = absl::Seconds(1);

// No message of a sentinel is longer.
constexpr size_t kMaxMessageBytes = size_t{64} << 10;

}  // namespace

Subscription::Subscription(event_base* base, const ConnectionOptions& options, std::string channel,
                           std::function<void()> heard)
    : base_(base),
      greeting_(Greeting(options.address, /*must_be_master=*/false)),
      connect_timeout_(options.connect_timeout),
      name_(options.address.name),
      log_(options.log),
      channel_(std::move(channel)),
      heard_(std::move(heard)),
      dialer_(base, {.address = options.address, .tls = options.tls}),
      connect_(base, -1, LoopEvent::kTimer, [this] { Connect(); }),
      give_up_(base, -1, LoopEvent::kTimer, [this] {
        if (is_dialing_) Lose();
      }) {
  Connect();
}

void Subscription::Connect() {
  is_dialing_ = true;
  give_up_.AddTimer(connect_timeout_);
  dialer_.Dial(
      [this](absl::StatusOr<std::unique_ptr<Stream>> stream) { OnDialed(std::move(stream)); });
}

void Subscription::OnDialed(absl::StatusOr<std::unique_ptr<Stream>> stream) {
  if (!stream.ok()) return Lose();
  is_dialing_ = false;
  link_ = std::make_shared<Link>(
      base_, *std::move(stream), kMaxMessageBytes, [this] { Read(); }, [this] { Flush(); });
  greeted_ = 0;
  for (const Command& command : greeting_) link_->Append(command.bytes);
  link_->Append(FormatCommand({"SUBSCRIBE", channel_}));
  Flush();
}

void Subscription::Read() {
  const std::shared_ptr<Link> link = link_;  // What is heard may lose it.
  bool is_refused = false;
  absl::Status status;
  do {
    status = link->Read([] {},
                        [&](const Reply& reply) {
                          is_refused = reply.type == Reply::Type::kError;
                          if (is_refused) LogRefusal(reply);
                          if (is_refused || greeted_++ < greeting_.size()) return !is_refused;
                          has_logged_ = false;
                          heard_();
                          return true;
                        });
  } while (status.ok() && !is_refused && link->has_more());
  if (!status.ok() || is_refused) Lose();
}

void Subscription::Flush() {
  if (!link_->Flush().ok()) Lose();
}

void Subscription::LogRefusal(const Reply& error) {
  if (std::exchange(has_logged_, true)) return;
  log_(Severity::kWarning, absl::StrCat(name_, " does not let us listen to ", channel_, ": ",
                                        StatusOfError(error.text).message()));
}

void Subscription::Lose() {
  dialer_.Cancel();
  is_dialing_ = false;
  link_.reset();
  connect_.AddTimer(kPause);
}

}  // namespace cachestore::redis
