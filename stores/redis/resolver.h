// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_RESOLVER_H_
#define STORES_REDIS_RESOLVER_H_

#include <event2/event.h>
#include <sys/socket.h>

#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;
};

// Finds the socket addresses of a Redis, as this machine's resolver does (getaddrinfo: its hosts
// file, its name servers). A name, and nothing else, takes a thread that waits for the name
// servers; there is never more than one. Used on the thread of an event loop.
class Resolver {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::vector<SocketAddress>>) &&>;

  // `address` must outlive this.
  Resolver(event_base* base, const Address& address);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Runs `done`, later or now, with at least one address, or UNAVAILABLE. What another Resolve
  // waits for is given up.
  void Resolve(Done done);

  // Gives up what Resolve waits for: its `done` does not run.
  void Cancel();

 private:
  struct Lookup;  // Shared with the thread.

  absl::Status StartLookup();
  void OnLookedUp();

  event_base* const base_;
  const Address& address_;
  std::shared_ptr<Lookup> lookup_;  // From the first name on.
  std::unique_ptr<LoopEvent> looked_up_;
  Done done_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_RESOLVER_H_
