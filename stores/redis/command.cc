// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/command.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <new>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"

namespace cachestore::redis {
namespace {

using Arguments = absl::InlinedVector<absl::string_view, 8>;

std::string Format(const Arguments& arguments) {
  absl::InlinedVector<const char*, 8> pointers;
  absl::InlinedVector<size_t, 8> sizes;
  for (const absl::string_view argument : arguments) {
    pointers.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const auto size = redisFormatCommandArgv(&formatted, static_cast<int>(arguments.size()),
                                           pointers.data(), sizes.data());
  if (formatted == nullptr) throw std::bad_alloc();
  std::string bytes(formatted, static_cast<size_t>(size));
  redisFreeCommand(formatted);
  return bytes;
}

bool IsStringOrNil(const Reply& reply) {
  return reply.type == Reply::Type::kString || reply.type == Reply::Type::kNil;
}

bool IsInteger(const Reply& reply) { return reply.type == Reply::Type::kInteger; }

bool IsOk(const Reply& reply) { return reply.type == Reply::Type::kStatus && reply.text == "OK"; }

bool IsOkOrNil(const Reply& reply) { return IsOk(reply) || reply.type == Reply::Type::kNil; }

bool IsPong(const Reply& reply) {
  return reply.type == Reply::Type::kStatus && reply.text == "PONG";
}

bool IsString(const Reply& reply) { return reply.type == Reply::Type::kString; }

bool IsPage(const Reply& reply) {
  return reply.type == Reply::Type::kArray && reply.elements.size() == 2 &&
         IsString(reply.elements[0]) && reply.elements[1].type == Reply::Type::kArray &&
         std::ranges::all_of(reply.elements[1].elements, IsString);
}

}  // namespace

Command Get(absl::string_view key) { return {Format({"GET", key}), IsStringOrNil}; }

Command SetPx(absl::string_view key, absl::string_view value, int64_t ttl_millis) {
  const absl::AlphaNum millis(ttl_millis);
  return {Format({"SET", key, value, "PX", millis.Piece()}), IsOk};
}

Command Unlink(absl::Span<const std::string> keys) {
  Arguments arguments = {"UNLINK"};
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  return {Format(arguments), IsInteger};
}

Command Exists(absl::string_view key) { return {Format({"EXISTS", key}), IsInteger}; }

Command Ping() { return {Format({"PING"}), IsPong}; }

Command Scan(absl::string_view cursor, absl::string_view pattern, int count) {
  const absl::AlphaNum number(count);
  return {Format({"SCAN", cursor, "MATCH", pattern, "COUNT", number.Piece()}), IsPage};
}

Page PageOf(Reply reply) {
  Page page = {.next_cursor = std::move(reply.elements[0].text), .keys = {}};
  for (Reply& key : reply.elements[1].elements) page.keys.push_back(std::move(key.text));
  return page;
}

Command SetIfPresent(absl::string_view key) {
  return {Format({"SET", key, "", "XX", "PX", "1"}), IsOkOrNil};
}

std::vector<Command> Greeting(const Address& address) {
  std::vector<Command> greeting;
  if (!address.password.empty()) {
    Arguments arguments = {"AUTH"};
    if (!address.user.empty()) arguments.emplace_back(address.user);
    arguments.emplace_back(address.password);
    greeting.push_back({Format(arguments), IsOk});
  }
  if (address.database != 0) {
    const absl::AlphaNum database(address.database);
    greeting.push_back({Format({"SELECT", database.Piece()}), IsOk});
  }
  // Tells a Redis that serves from one that still loads, or is only a listening socket.
  greeting.push_back(Ping());
  return greeting;
}

}  // namespace cachestore::redis
