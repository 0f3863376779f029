// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/command.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/command_writer.h"

namespace cachestore::redis {
namespace {

bool IsStringOrNil(const Reply& reply) {
  return reply.type == Reply::Type::kString || reply.type == Reply::Type::kNil;
}

bool IsPong(const Reply& reply) {
  return reply.type == Reply::Type::kStatus && reply.text == "PONG";
}

bool IsPage(const Reply& reply) {
  return reply.type == Reply::Type::kArray && reply.elements.size() == 2 &&
         IsStringReply(reply.elements[0]) && reply.elements[1].type == Reply::Type::kArray &&
         std::ranges::all_of(reply.elements[1].elements, IsStringReply);
}

bool IsArrayReply(const Reply& reply) { return reply.type == Reply::Type::kArray; }

bool IsArrayOrNil(const Reply& reply) {
  return IsArrayReply(reply) || reply.type == Reply::Type::kNil;
}

bool IsRoleOfMaster(const Reply& reply) {
  return IsArrayReply(reply) && !reply.elements.empty() && reply.elements[0].text == "master";
}

}  // namespace

Command Command::Copy() const {
  return {.bytes = bytes,
          .is_answered_by = is_answered_by,
          .script = script == nullptr ? nullptr : std::make_unique<const ScriptCall>(*script)};
}

Command Get(absl::string_view key) { return {FormatCommand({"GET", key}), IsStringOrNil}; }

Command SetPx(absl::string_view key, const absl::Cord& value, int64_t ttl_millis, SetOnly only) {
  const absl::AlphaNum millis(ttl_millis);
  const bool is_conditional = only != SetOnly::kAlways;
  CommandWriter writer(is_conditional ? 6 : 5, key.size() + value.size() + 16);
  writer.Add("SET").Add(key).Add(value).Add("PX").Add(millis.Piece());
  if (!is_conditional) return {writer.Take(), IsOkReply};
  writer.Add(only == SetOnly::kIfAbsent ? "NX" : "XX");
  return {writer.Take(), IsOkOrNilReply};
}

Command SetIfPresentKeepingTtl(absl::string_view key, const absl::Cord& value) {
  CommandWriter writer(5, key.size() + value.size() + 16);
  writer.Add("SET").Add(key).Add(value).Add("XX").Add("KEEPTTL");
  return {writer.Take(), IsOkOrNilReply};
}

Command Pexpire(absl::string_view key, int64_t ttl_millis) {
  const absl::AlphaNum millis(ttl_millis);
  return {FormatCommand({"PEXPIRE", key, millis.Piece()}), IsIntegerReply};
}

Command Pttl(absl::string_view key) { return {FormatCommand({"PTTL", key}), IsIntegerReply}; }

Command UnlinkOne(absl::string_view key) {
  return {FormatCommand({"UNLINK", key}), IsIntegerReply};
}

Command Unlink(absl::Span<const std::string> keys) {
  size_t bytes = 0;
  for (const std::string& key : keys) bytes += key.size();
  CommandWriter writer(1 + keys.size(), bytes);
  writer.Add("UNLINK");
  for (const std::string& key : keys) writer.Add(key);
  return {writer.Take(), IsIntegerReply};
}

Command Exists(absl::string_view key) { return {FormatCommand({"EXISTS", key}), IsIntegerReply}; }

Command Ping() { return {FormatCommand({"PING"}), IsPong}; }

Command Asking() { return {FormatCommand({"ASKING"}), IsOkReply}; }

Command ClusterInfo() { return {FormatCommand({"CLUSTER", "INFO"}), IsStringReply}; }

Command SentinelMasterAddress(absl::string_view name) {
  return {FormatCommand({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", name}), IsArrayOrNil};
}

Command SentinelMaster(absl::string_view name) {
  return {FormatCommand({"SENTINEL", "MASTER", name}), IsArrayReply};
}

Command ClusterSlots() { return {FormatCommand({"CLUSTER", "SLOTS"}), IsArrayReply}; }

Command Scan(absl::string_view cursor, absl::string_view pattern, int count) {
  const absl::AlphaNum number(count);
  return {FormatCommand({"SCAN", cursor, "MATCH", pattern, "COUNT", number.Piece()}), IsPage};
}

Page PageOf(Reply reply) {
  Page page = {.next_cursor = std::move(reply.elements[0].text), .keys = {}};
  for (Reply& key : reply.elements[1].elements) page.keys.push_back(std::move(key.text));
  return page;
}

Command SetIfPresent(absl::string_view key) {
  return {FormatCommand({"SET", key, "", "XX", "PX", "1"}), IsOkOrNilReply};
}

std::vector<Command> Greeting(const Address& address, bool must_be_master) {
  std::vector<Command> greeting;
  if (!address.password.empty()) {
    greeting.push_back({address.user.empty()
                            ? FormatCommand({"AUTH", address.password})
                            : FormatCommand({"AUTH", address.user, address.password}),
                        IsOkReply});
  }
  if (address.database != 0) {
    const absl::AlphaNum database(address.database);
    greeting.push_back({FormatCommand({"SELECT", database.Piece()}), IsOkReply});
  }
  // Tells a Redis that serves from one that still loads, or is only a listening socket.
  greeting.push_back(Ping());
  if (must_be_master) {
    greeting.push_back({FormatCommand({"ROLE"}), IsRoleOfMaster, "it is no master"});
  }
  return greeting;
}

}  // namespace cachestore::redis
