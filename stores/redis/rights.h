// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_RIGHTS_H_
#define STORES_REDIS_RIGHTS_H_

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "stores/event_log.h"
#include "stores/redis/command.h"
#include "stores/redis/key_space.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// Which of our commands Redis has refused to do for our user (NOPERM and its kin), and has not been
// seen to do since: so that a Ping does not call a Redis ready that would refuse all else. A reply
// to a caller takes a right away, and only a probe gives it back: what the user may do to one key
// says little of the others. Used on one thread.
class Rights {
 public:
  // kScripts is the right to run scripts and what is in them.
  enum class Right { kGet, kSet, kUnlink, kExists, kScan, kPexpire, kPttl, kScripts };

  // `keys` must outlive this. `log` is told, in a line that begins with `name`, when a right is
  // lost or comes back.
  Rights(const KeySpace& keys, std::string name, EventLog log)
      : keys_(keys), name_(std::move(name)), log_(std::move(log)) {}

  // Takes in a reply to a command that needs `right`.
  void Note(Right right, const Reply& reply);

  // A right that was refused, and a command that needs it and does no harm: its key is nobody's.
  struct Probe {
    Right right;
    Command command;
  };
  std::optional<Probe> NextProbe() const;

  // Takes in that the probe of `right` was not refused.
  void Restore(Right right);

 private:
  const KeySpace& keys_;
  const std::string name_;
  const EventLog log_;
  std::array<bool, 8> is_refused_ = {};
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_RIGHTS_H_
