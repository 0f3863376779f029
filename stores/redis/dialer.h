// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_DIALER_H_
#define STORES_REDIS_DIALER_H_

#include <event2/event.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/resolver.h"
#include "stores/redis/stream.h"
#include "stores/redis/tls.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

// Opens connections to a Redis, one at a time: finds its address, connects, and shakes hands where
// it speaks TLS. Used on the thread of an event loop; blocks nowhere and sets no time limit.
class Dialer {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::unique_ptr<Stream>>) &&>;

  struct Options {
    Address address;
    std::shared_ptr<const TlsContext> tls;  // Where the address wants TLS.
  };

  Dialer(event_base* base, Options options);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  // Opens a connection and runs `done` with it, or UNAVAILABLE, in a later turn of the loop. Where
  // the name has several addresses, all are tried, beginning with another one each time; the error
  // is that of the last, or rather of the last where a server was there and refused the handshake.
  void Dial(Done done);

  // Gives up the connection that is being opened: its `done` does not run.
  void Cancel();

 private:
  void Start();
  void TryNext(absl::Status last_error);
  void OnConnected();
  void Shake();
  void Finish(absl::StatusOr<std::unique_ptr<Stream>> result);
  // Has `next` run once `fd` can be read or written.
  void Await(int fd, int16_t what, void (Dialer::*next)());

  event_base* const base_;
  const Options options_;
  Resolver resolver_;
  Done done_;
  size_t dials_ = 0;
  std::vector<SocketAddress> addresses_;
  size_t tried_ = 0;
  absl::Status handshake_error_;  // Of the last that was refused so; OK: of none.
  int fd_ = -1;                   // Of the socket that is being connected.
  std::unique_ptr<TlsStream> tls_stream_;
  std::unique_ptr<LoopEvent> awaited_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_DIALER_H_
