// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_REPLY_H_
#define STORES_REDIS_REPLY_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cachestore::redis {

// What Redis answers (https://redis.io/docs/latest/develop/reference/protocol-spec/, RESP2).
struct Reply {
  enum class Type { kNil, kString, kStatus, kInteger, kArray, kError };

  Type type = Type::kNil;
  int64_t integer = 0;          // Of an integer.
  std::string text;             // Of a string, a status or an error.
  std::vector<Reply> elements;  // Of an array.
};

// What most commands are answered with.
inline bool IsOkReply(const Reply& reply) {
  return reply.type == Reply::Type::kStatus && reply.text == "OK";
}
inline bool IsOkOrNilReply(const Reply& reply) {
  return IsOkReply(reply) || reply.type == Reply::Type::kNil;
}
inline bool IsIntegerReply(const Reply& reply) { return reply.type == Reply::Type::kInteger; }
inline bool IsStringReply(const Reply& reply) { return reply.type == Reply::Type::kString; }

}  // namespace cachestore::redis

#endif  // STORES_REDIS_REPLY_H_
