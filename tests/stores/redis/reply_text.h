// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_REPLY_TEXT_H_
#define TESTS_STORES_REDIS_REPLY_TEXT_H_

#include <string>

#include "stores/redis/reply.h"

namespace cachestore::redis {

// A reply in a line, which differs between replies that differ: ["a\n", 5, nil, +OK, -ERR no].
std::string TextOf(const Reply& reply);

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_REPLY_TEXT_H_
