// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_LOOPBACK_H_
#define TESTS_TESTING_LOOPBACK_H_

#include <cstdint>

namespace cachestore {

// A TCP socket that is bound to a free port of 127.0.0.1. The caller closes it.
struct BoundSocket {
  int fd;
  uint16_t port;
};
BoundSocket BindToLoopback();

// A port that was free a moment ago.
uint16_t FreePort();

}  // namespace cachestore

#endif  // TESTS_TESTING_LOOPBACK_H_
