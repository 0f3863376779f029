// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SENTINEL_SENTINEL_ROUTER_H_
#define STORES_REDIS_SENTINEL_SENTINEL_ROUTER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "stores/endpoint.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/discovery.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"
#include "stores/redis/node.h"
#include "stores/redis/router.h"
#include "stores/redis/sentinel/subscription.h"
#include "stores/redis/target.h"
#include "stores/redis/url.h"

namespace cachestore::redis {

// Sends everything to one server, which is whichever its sentinels call the master
// (https://redis.io/docs/latest/develop/reference/sentinel-clients/). They are asked when the first
// call needs it, when one of them says that it has changed, when a call has failed, and by each
// Ping. A server is only talked to if it says itself that it is a master.
class SentinelRouter : public Router {
 public:
  // `loop` and `keys` must outlive this. `target` is of kSentinel; `options` is for the master, but
  // for its address's place, and its name is the URL's.
  SentinelRouter(EventLoop& loop, const KeySpace& keys, const Target& target,
                 ConnectionOptions options);

  void Send(Rights::Right right, Command command, absl::Time deadline,
            Request::Handler handler) override;
  void SendAll(Rights::Right right, std::vector<Command> commands, absl::Time deadline,
               Client::BatchHandler handler) override;
  void Ping(absl::Time deadline, StatusHandler done) override;
  void Clear(absl::Time deadline, StatusHandler done) override;
  RedisStats GetStats() const override;
  void Close() override;

 private:
  struct Master {
    std::shared_ptr<Node> node;
  };
  using MasterPtr = std::shared_ptr<const Master>;

  // On the loop's thread.
  void FindSentinels();
  ConnectionOptions OptionsOfSentinel(const HostPort& place) const;
  void Search(Discovery<Master>::Done done);
  Discovery<Master>::Result MasterAt(const HostPort& place);

  // Runs `use` with the master, or with why there is none; and with by when the call is to be over,
  // which is the deadline, or sooner if the master had to be waited for.
  using UseMaster = absl::AnyInvocable<void(absl::StatusOr<MasterPtr>, absl::Time deadline) &&>;
  void WithMaster(absl::Time deadline, UseMaster use);

  EventLoop& loop_;
  const KeySpace& keys_;
  const std::vector<HostPort> places_;
  const std::string master_name_;
  const Address sentinel_;  // But for its place.
  const ConnectionOptions options_;
  std::atomic<uint64_t> changes_{0};

  // Of the loop's thread.
  std::vector<std::shared_ptr<Node>> sentinels_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
  std::vector<std::weak_ptr<Node>> masters_;  // Those that were, too, while somebody holds them.

  Discovery<Master> master_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SENTINEL_SENTINEL_ROUTER_H_
