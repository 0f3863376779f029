// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CONNECTION_MACHINE_TEXT_H_
#define TESTS_STORES_REDIS_CONNECTION_MACHINE_TEXT_H_

#include <string>
#include <vector>

#include "stores/redis/connection_machine.h"

namespace cachestore::redis {

// What a ConnectionMachine is told and what it says, in words: "reply of 1", "fail 7: lost".
std::string TextOf(const ConnectionMachine::Event& event);
std::string TextOf(const ConnectionMachine::Action& action);
std::vector<std::string> TextOf(const ConnectionMachine::Actions& actions);

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_CONNECTION_MACHINE_TEXT_H_
