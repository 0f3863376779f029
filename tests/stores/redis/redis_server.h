// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_REDIS_SERVER_H_
#define TESTS_STORES_REDIS_REDIS_SERVER_H_

#include <signal.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/testing/subprocess.h"
#include "tests/testing/temporary_folder.h"

struct redisContext;

namespace cachestore {

// A real redis-server of a test's own: on a free port and on a unix socket, without persistence, in
// a folder of its own. Ended, by its process id, when this is destroyed.
class RedisServer {
 public:
  // With `arguments` for redis-server besides, such as {"--maxmemory", "1mb"}.
  explicit RedisServer(std::vector<std::string> arguments = {});

  // A sentinel, by the lines of its configuration.
  struct Sentinel {
    std::string configuration;
  };
  explicit RedisServer(const Sentinel& sentinel);

  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  uint16_t port() const { return port_; }
  std::string url() const;       // redis://
  std::string unix_url() const;  // unix://

  // Runs a command, over a connection that stays, and gives the reply as text: "(nil)" for nothing,
  // a line for each element of an array, errors as they come.
  std::string Run(const std::vector<std::string>& command);

  // kill -9, and the same server again, empty, at the same address.
  void Kill();
  void Start();

  // SIGSTOP and SIGCONT: it accepts connections, as the kernel does that, and answers nothing.
  void Pause() { process_->Signal(SIGSTOP); }
  void Resume() { process_->Signal(SIGCONT); }

 private:
  void StartOnFreePort();
  bool TryStart();

  const std::vector<std::string> arguments_;  // After those that every server has.
  const bool is_sentinel_ = false;
  const TemporaryFolder folder_;  // Goes when the process has ended.
  uint16_t port_ = 0;
  std::unique_ptr<Subprocess> process_;
  std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_REDIS_SERVER_H_
