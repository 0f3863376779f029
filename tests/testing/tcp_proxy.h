// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_TCP_PROXY_H_
#define TESTS_TESTING_TCP_PROXY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "tests/testing/loopback.h"

namespace cachestore {

// Carries bytes between whoever connects to a port of 127.0.0.1 and another port there, until it is
// cut: then nothing passes any more, and nobody is told.
class TcpProxy {
 public:
  TcpProxy();
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  uint16_t port() const { return listener_.port; }

  // Where to; before anybody connects.
  void CarryTo(uint16_t port) { target_ = port; }

  void Cut() { is_cut_ = true; }
  void Mend() { is_cut_ = false; }

 private:
  struct Pair {
    int client;
    int server;
  };

  void Run();
  void Accept();
  static bool Carry(int from, int to);

  const BoundSocket listener_;
  std::atomic<uint16_t> target_ = 0;
  std::atomic<bool> is_cut_ = false;
  std::atomic<bool> is_ended_ = false;
  std::vector<Pair> pairs_;  // Of the thread.
  std::thread thread_;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_TCP_PROXY_H_
