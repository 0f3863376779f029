// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/lifetime.h"

#include <algorithm>

namespace cachestore::http2 {

Lifetime::Act Lifetime::At(Moment now, bool is_busy, bool is_blocked) {
  next_ = kNever;
  // Whether it is time for what is due then; if not, that is when to ask again.
  const auto is_due = [&](Moment due) {
    if (due > now) next_ = std::min(next_, due);
    return due <= now;
  };
  if (!has_shaken_ && is_due(After(begun_, limits_.handshake))) return Act::kClose;
  if (is_blocked && is_due(After(moved_, limits_.stall))) return Act::kClose;
  if (asked_ != kNever && is_due(After(asked_, limits_.answer))) return Act::kClose;
  if (sent_away_ != kNever) {
    return is_due(After(sent_away_, limits_.grace)) ? Act::kClose : Act::kNothing;
  }
  if (is_busy) busy_ = now;
  if (is_due(After(begun_, limits_.age)) || is_due(After(busy_, limits_.idle))) {
    sent_away_ = now;
    next_ = std::min(next_, After(now, limits_.grace));
    return Act::kGoAway;
  }
  if (asked_ == kNever && is_due(After(heard_, limits_.silence))) {
    asked_ = now;
    next_ = std::min(next_, After(now, limits_.answer));
    return Act::kPing;
  }
  return Act::kNothing;
}

}  // namespace cachestore::http2
