// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_OPTIONS_H_
#define STORES_REDIS_CONNECTION_OPTIONS_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "stores/event_log.h"
#include "stores/redis/tls.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

struct ConnectionOptions {
  Address address;
  std::shared_ptr<const TlsContext> tls;  // Where the address wants TLS.

  // Whether a server that says it is a replica is none to talk to.
  bool must_be_master = false;

  // How long a request may take, and how long connecting may: name, TLS and greeting included.
  absl::Duration timeout = absl::Milliseconds(500);
  absl::Duration connect_timeout = absl::Seconds(1);

  // What may be open at a time (see RequestLimit), and how long a reply may be.
  size_t max_calls = 10'000;
  size_t max_request_bytes = size_t{64} << 20;
  size_t max_reply_bytes = size_t{64} << 20;

  // Told, in a line, when the connection is there, is lost, or cannot be had. Runs on the loop's
  // thread; must not block.
  EventLog log = IgnoreEvents;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_OPTIONS_H_
