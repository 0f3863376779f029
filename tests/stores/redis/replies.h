// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_REPLIES_H_
#define TESTS_STORES_REDIS_REPLIES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "stores/redis/reply.h"

namespace cachestore::redis {

// The replies that Redis may give, as a test writes them.
inline Reply NilReply() { return Reply(); }

inline Reply IntegerReply(int64_t value) {
  Reply reply;
  reply.type = Reply::Type::kInteger;
  reply.integer = value;
  return reply;
}

inline Reply TextReply(Reply::Type type, std::string text) {
  Reply reply;
  reply.type = type;
  reply.text = std::move(text);
  return reply;
}
inline Reply StringReply(std::string text) {
  return TextReply(Reply::Type::kString, std::move(text));
}
inline Reply StatusReply(std::string text) {
  return TextReply(Reply::Type::kStatus, std::move(text));
}
inline Reply ErrorReply(std::string text) {
  return TextReply(Reply::Type::kError, std::move(text));
}

inline Reply ArrayReply(std::vector<Reply> elements) {
  Reply reply;
  reply.type = Reply::Type::kArray;
  reply.elements = std::move(elements);
  return reply;
}

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_REPLIES_H_
