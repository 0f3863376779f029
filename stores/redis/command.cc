// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/command.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore::redis {
namespace {

// Writes a command: how many parts it has, and each with its size before it.
class Writer {
 public:
  // Of so many parts, which have about so many bytes together.
  Writer(size_t parts, size_t bytes) {
    constexpr size_t kHeaderBytes = 16;
    bytes_.reserve(bytes + (parts + 1) * kHeaderBytes);
    absl::StrAppend(&bytes_, "*", parts, "\r\n");
  }

  Writer& Add(absl::string_view part) {
    absl::StrAppend(&bytes_, "$", part.size(), "\r\n", part, "\r\n");
    return *this;
  }
  Writer& Add(const absl::Cord& part) {
    absl::StrAppend(&bytes_, "$", part.size(), "\r\n");
    for (const absl::string_view chunk : part.Chunks()) bytes_.append(chunk.data(), chunk.size());
    bytes_ += "\r\n";
    return *this;
  }

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

std::string Format(std::initializer_list<absl::string_view> parts) {
  size_t bytes = 0;
  for (const absl::string_view part : parts) bytes += part.size();
  Writer writer(parts.size(), bytes);
  for (const absl::string_view part : parts) writer.Add(part);
  return writer.Take();
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

Command SetPx(absl::string_view key, const absl::Cord& value, int64_t ttl_millis) {
  const absl::AlphaNum millis(ttl_millis);
  Writer writer(5, key.size() + value.size());
  writer.Add("SET").Add(key).Add(value).Add("PX").Add(millis.Piece());
  return {writer.Take(), IsOk};
}

Command Unlink(absl::Span<const std::string> keys) {
  size_t bytes = 0;
  for (const std::string& key : keys) bytes += key.size();
  Writer writer(1 + keys.size(), bytes);
  writer.Add("UNLINK");
  for (const std::string& key : keys) writer.Add(key);
  return {writer.Take(), IsInteger};
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
    greeting.push_back({address.user.empty() ? Format({"AUTH", address.password})
                                             : Format({"AUTH", address.user, address.password}),
                        IsOk});
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
