// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_RIGHTS_H_
#define STORES_REDIS_RIGHTS_H_

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "stores/redis/command.h"
#include "stores/redis/key_space.h"
#include "stores/redis/reply.h"

namespace cachestore::redis {

// Which of our commands Redis refuses to do for our user (NOPERM and its kin), by the latest reply
// to each: so that a Ping does not call a Redis ready that would refuse all else. Used on one
// thread.
class Rights {
 public:
  enum class Right { kGet, kSet, kUnlink, kExists, kScan };

  // `keys` must outlive this. `log` is told, in a line that begins with `name`, when a right is
  // lost or comes back.
  Rights(const KeySpace& keys, std::string name, std::function<void(absl::string_view line)> log)
      : keys_(keys), name_(std::move(name)), log_(std::move(log)) {}

  // Takes in a reply to a command that needs `right`.
  void Note(Right right, const Reply& reply);

  // A right that was refused last time, and a command that needs it and does no harm: it touches no
  // entry.
  struct Probe {
    Right right;
    Command command;
  };
  std::optional<Probe> NextProbe() const;

 private:
  const KeySpace& keys_;
  const std::string name_;
  const std::function<void(absl::string_view line)> log_;
  std::array<bool, 5> is_refused_ = {};
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_RIGHTS_H_
