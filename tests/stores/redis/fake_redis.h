// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_FAKE_REDIS_H_
#define TESTS_STORES_REDIS_FAKE_REDIS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/testing/loopback.h"

struct redisReader;

namespace cachestore {

// One connection to a FakeRedis, as its script sees it. Everything blocks.
class FakeConnection {
 public:
  explicit FakeConnection(int fd);
  ~FakeConnection();
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;

  // The next command and its arguments; nothing if the other side has closed the connection.
  std::vector<std::string> ReadCommand();

  // Sends bytes as they are; what nobody reads any more is lost.
  void Send(const std::string& bytes) const;

  // The same, each byte in a packet of its own.
  void SendByteByByte(const std::string& bytes) const;

  // Reads the greeting of a client without a password, and answers it.
  void Greet();

  // Reads and answers nothing until the other side closes.
  void AwaitClose() const;

  // Ends the connection by a reset, where closing it would be orderly.
  void Reset();

 private:
  int fd_;
  const std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

// A server that says what a test wants said: bytes that no real Redis would send. Listens on a free
// port of 127.0.0.1; each connection is served by the next script, on a thread, one after the
// other, and is closed when that returns. The last script serves all that follow.
class FakeRedis {
 public:
  using Script = std::function<void(FakeConnection&)>;

  explicit FakeRedis(std::vector<Script> scripts);

  // Waits for the script that runs.
  ~FakeRedis();
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;

  std::string url() const;

  // How many connections have been accepted.
  int connections() const { return connections_.load(); }

 private:
  void Run();

  const std::vector<Script> scripts_;
  const BoundSocket listener_;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_FAKE_REDIS_H_
