// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/connection_machine_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cachestore::redis {
namespace {

absl::string_view TextOf(ConnectionMachine::Failure failure) {
  switch (failure) {
    case ConnectionMachine::Failure::kNotConnected:
      return "not connected";
    case ConnectionMachine::Failure::kExpiredUnsent:
      return "expired unsent";
    case ConnectionMachine::Failure::kExpired:
      return "expired";
    case ConnectionMachine::Failure::kLost:
      return "lost";
  }
  return "a failure that has no name";
}

}  // namespace

std::string TextOf(const ConnectionMachine::Event& event) {
  using Type = ConnectionMachine::Event::Type;
  switch (event.type) {
    case Type::kSubmit:
      return absl::StrCat("submit ", event.request, ", until ", event.deadline_nanos);
    case Type::kConnected:
      return absl::StrCat("connected ", event.generation);
    case Type::kReply:
      return absl::StrCat(event.is_error ? "error" : "reply", " of ", event.generation);
    case Type::kHeard:
      return absl::StrCat("heard of ", event.generation);
    case Type::kLost:
      return absl::StrCat("lost ", event.generation);
    case Type::kBackoffOver:
      return "backoff over";
    case Type::kTick:
      return "tick";
    case Type::kStop:
      return "stop";
  }
  return "an event that has no name";
}

std::string TextOf(const ConnectionMachine::Action& action) {
  using Type = ConnectionMachine::Action::Type;
  switch (action.type) {
    case Type::kConnect:
      return absl::StrCat("connect ", action.generation);
    case Type::kGreet:
      return "greet";
    case Type::kWrite:
      return absl::StrCat("write ", action.request);
    case Type::kAnswer:
      return absl::StrCat("answer ", action.request);
    case Type::kFail:
      return absl::StrCat("fail ", action.request, ": ", TextOf(action.failure));
    case Type::kForget:
      return absl::StrCat("forget ", action.request);
    case Type::kDisconnect:
      return "disconnect";
    case Type::kBackOff:
      return absl::StrCat("back off for ", absl::FormatDuration(absl::Nanoseconds(action.nanos)));
  }
  return "an action that has no name";
}

std::vector<std::string> TextOf(const ConnectionMachine::Actions& actions) {
  std::vector<std::string> texts;
  for (const ConnectionMachine::Action& action : actions) texts.push_back(TextOf(action));
  return texts;
}

}  // namespace cachestore::redis
