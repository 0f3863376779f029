// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_CONNECTION_COUNTS_H_
#define SERVICE_TRANSPORTS_CONNECTION_COUNTS_H_

#include <atomic>
#include <cstdint>

namespace cachestore {

// What a transport counts of its connections. Thread-safe.
struct ConnectionCounts {
  // That there are now, or will be soon.
  std::atomic<uint64_t> open{0};

  // That were hung up on, as there were as many as there may be, or no descriptor was left.
  std::atomic<uint64_t> refused{0};
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_CONNECTION_COUNTS_H_
