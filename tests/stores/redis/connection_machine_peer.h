// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_CONNECTION_MACHINE_PEER_H_
#define TESTS_STORES_REDIS_CONNECTION_MACHINE_PEER_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "stores/redis/connection_machine.h"
#include "tests/stores/redis/connection_model.h"
#include "tests/stores/redis/state_key.h"

namespace cachestore::redis {

// Sees inside a ConnectionMachine, for the test that walks all of its states.
class ConnectionMachinePeer {
 public:
  // How many requests it keeps.
  static size_t RequestsOf(const ConnectionMachine& machine) {
    return machine.waiting_.size() + machine.sent_.size();
  }

  // Adds the whole state of `machine`; its requests by their places in `model`. A member that is
  // missing from the binding does not compile.
  static void AppendTo(StateKey& key, const ConnectionMachine& machine,
                       const ConnectionModel& model, int64_t now_nanos) {
    const auto& [timing, greeting_replies, phase, generation, failures, greeting_replies_left,
                 connect_until_nanos, ready_since_nanos, silent_since_nanos,
                 earliest_deadline_nanos, waiting, sent] = machine;
    key.Add(static_cast<int64_t>(phase));
    key.Add(static_cast<int64_t>(generation - model.generation()));
    key.AddFailures(failures);
    key.Add(greeting_replies_left);
    key.AddTimeLeft(connect_until_nanos - now_nanos);
    key.AddAge(now_nanos - ready_since_nanos, timing.stable_nanos);
    key.AddAge(now_nanos - silent_since_nanos, timing.silence_nanos);
    key.AddTimeLeft(earliest_deadline_nanos - now_nanos);
    AppendTo(key, waiting, model, now_nanos);
    AppendTo(key, sent, model, now_nanos);
  }

 private:
  static void AppendTo(StateKey& key, const std::deque<ConnectionMachine::Request>& requests,
                       const ConnectionModel& model, int64_t now_nanos) {
    key.Add(static_cast<int64_t>(requests.size()));
    for (const auto& [id, expired, deadline_nanos] : requests) {
      int64_t place = 0;
      for (const ConnectionModel::Request& open : model.open()) {
        if (open.id == id) break;
        ++place;
      }
      key.Add(place);
      key.AddFlag(expired);
      key.AddTimeLeft(deadline_nanos - now_nanos);
    }
  }
};

}  // namespace cachestore::redis

#endif  // TESTS_STORES_REDIS_CONNECTION_MACHINE_PEER_H_
