// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_ONE_SERVER_ROUTER_H_
#define STORES_REDIS_ONE_SERVER_ROUTER_H_

#include <utility>
#include <vector>

#include "stores/redis/clear_scan.h"
#include "stores/redis/client.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/router.h"

namespace cachestore::redis {

// Sends everything to one server.
class OneServerRouter : public Router {
 public:
  // As Client.
  OneServerRouter(EventLoop& loop, const KeySpace& keys, const ConnectionOptions& options)
      : client_(loop, keys, options) {}

  void Send(Rights::Right right, Command command, absl::Time deadline,
            Request::Handler handler) override {
    client_.Send(RequestLimit::Kind::kCall, right, std::move(command), deadline,
                 std::move(handler));
  }
  void SendAll(Rights::Right right, std::vector<Command> commands, absl::Time deadline,
               Client::BatchHandler handler) override {
    client_.SendAll(RequestLimit::Kind::kCall, right, std::move(commands), deadline,
                    std::move(handler));
  }
  void Ping(absl::Time deadline, StatusHandler done) override {
    client_.Ping(deadline, std::move(done));
  }
  void Clear(absl::Time deadline, StatusHandler done) override {
    ClearKeys(client_, ClearBy::kOneCommandAPage, deadline, std::move(done));
  }
  RedisStats GetStats() const override { return {.nodes = {client_.GetStats()}}; }
  void Close() override { client_.Close(); }

 private:
  Client client_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_ONE_SERVER_ROUTER_H_
