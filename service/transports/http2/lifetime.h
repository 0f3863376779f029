// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_LIFETIME_H_
#define SERVICE_TRANSPORTS_HTTP2_LIFETIME_H_

#include <chrono>

#include "service/transports/http2/moment.h"

namespace cachestore::http2 {

// How long a connection may go on: what it has to have done by when, and what follows if it has
// not. Pure: it is told what happens and what the time is.
class Lifetime {
 public:
  using Duration = std::chrono::nanoseconds;

  // Duration::max() means never.
  struct Limits {
    // From the first byte that could come to those that make it HTTP/2.
    Duration handshake = std::chrono::seconds(10);

    // Of silence, until the peer is asked whether it still lives, and from there until it is given
    // up. A peer whose machine is gone never says goodbye.
    Duration silence = std::chrono::minutes(2);
    Duration answer = std::chrono::seconds(20);

    // Without any call.
    Duration idle = Duration::max();

    // In all. The peer is sent away then, and has `grace` for the calls in flight. For load
    // balancers that spread connections only when they are made.
    Duration age = Duration::max();
    Duration grace = std::chrono::seconds(30);

    // For which a peer may read nothing of what is ready for it.
    Duration stall = std::chrono::seconds(30);
  };

  enum class Act {
    kNothing,
    kPing,    // Ask whether the peer still lives.
    kGoAway,  // Send it elsewhere, in order.
    kClose,   // Give it up.
  };

  Lifetime(const Limits& limits, Moment now)
      : limits_(limits), begun_(now), heard_(now), busy_(now), moved_(now) {}

  // It is HTTP/2.
  void OnHandshake() { has_shaken_ = true; }

  // Bytes came.
  void OnHeard(Moment now) {
    heard_ = now;
    asked_ = kNever;
  }

  // A call is under way, or was until now.
  void OnBusy(Moment now) { busy_ = now; }

  // Output moved on, or there is none that waits for the peer.
  void OnMoved(Moment now) { moved_ = now; }

  // What is due at `now`. What it says is taken to be done. `is_busy`: a call is under way;
  // `is_blocked`: output waits for the peer to read.
  Act At(Moment now, bool is_busy, bool is_blocked);

  // When to ask again, at the latest.
  Moment next() const { return next_; }

 private:
  const Limits limits_;
  const Moment begun_;
  Moment heard_;
  Moment busy_;
  Moment moved_;
  Moment next_ = begun_;
  Moment asked_ = kNever;
  Moment sent_away_ = kNever;
  bool has_shaken_ = false;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_LIFETIME_H_
