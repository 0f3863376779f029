// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CLUSTER_REDIRECTS_H_
#define STORES_REDIS_CLUSTER_REDIRECTS_H_

#include "absl/time/time.h"
#include "stores/endpoint.h"
#include "stores/redis/cluster/redirection.h"

namespace cachestore::redis {

// Where one command goes that servers of a cluster send on and on: pure logic, a value.
//
// A command that was redirected has not been run. So it may be sent again, and is, a bounded number
// of times: a cluster whose servers do not agree sends it around.
class Redirects {
 public:
  // Slots that move while a command is on its way redirect it once or twice.
  static constexpr int kMax = 5;

  struct Step {
    enum class Type {
      kSend,    // Send it to `place`; with ASKING before it, if `asking`.
      kWait,    // Wait for `time`, and send it to whoever has its slot by then.
      kGiveUp,  // It was sent around for long enough.
    };
    Type type;
    HostPort place = {};
    bool asking = false;
    absl::Duration time = absl::ZeroDuration();
    bool is_map_old = false;  // The slot has another owner than was thought.
  };

  // What is to be done about a redirection.
  Step Next(Redirection redirection);

 private:
  int count_ = 0;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CLUSTER_REDIRECTS_H_
