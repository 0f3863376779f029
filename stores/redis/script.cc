// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/script.h"

#include "absl/strings/escaping.h"
#include "stores/etag.h"
#include "stores/redis/command_writer.h"

namespace cachestore::redis {
namespace {

std::string Format(absl::string_view command, absl::string_view script, const ScriptCall& call) {
  size_t bytes = command.size() + script.size() + call.key.size();
  for (const absl::Cord& argument : call.arguments) bytes += argument.size();
  CommandWriter writer(4 + call.arguments.size(), bytes);
  writer.Add(command).Add(script).Add("1").Add(call.key);
  for (const absl::Cord& argument : call.arguments) writer.Add(argument);
  return writer.Take();
}

}  // namespace

// An etag is that digest, too.
Script::Script(absl::string_view text)
    : Script(text, absl::BytesToHexString(EtagOf(absl::Cord(text)))) {}

std::string ScriptCall::ByDigest() const { return Format("EVALSHA", script->digest(), *this); }

std::string ScriptCall::InFull() const { return Format("EVAL", script->text(), *this); }

}  // namespace cachestore::redis
