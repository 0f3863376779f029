// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/cluster_router.h"

#include <cstddef>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "stores/redis/clear_scan.h"
#include "stores/redis/cluster/cluster_batch.h"
#include "stores/redis/cluster/cluster_call.h"
#include "stores/redis/cluster/map_search.h"
#include "stores/redis/command.h"
#include "stores/redis/node.h"

namespace cachestore::redis {
namespace {

using Layout = Cluster::Layout;
using StatusHandler = Router::StatusHandler;

// What all masters are asked at once, and ends when each has answered, with the first error. On the
// loop's thread.
class OnAllMasters : public std::enable_shared_from_this<OnAllMasters> {
 public:
  OnAllMasters(Cluster& cluster, std::shared_ptr<const Layout> layout, StatusHandler done)
      : cluster_(cluster), layout_(std::move(layout)), done_(std::move(done)) {}

  void Run(absl::FunctionRef<void(Client& client, StatusHandler done)> ask) {
    missing_ = layout_->masters.size();
    for (size_t i = 0; i < layout_->masters.size(); ++i) {
      ask(layout_->masters[i]->client(), [self = shared_from_this(), i](absl::Status status) {
        self->Take(i, std::move(status));
      });
    }
  }

 private:
  void Take(size_t master, absl::Status status) {
    if (!status.ok()) {
      cluster_.Refresh();
      if (status_.ok()) {
        status_ = absl::Status(status.code(), absl::StrCat(status.message(), "; it has slots ",
                                                           layout_->map.SlotsText(master)));
      }
    }
    if (--missing_ == 0) std::move(done_)(std::move(status_));
  }

  Cluster& cluster_;
  const std::shared_ptr<const Layout> layout_;
  StatusHandler done_;
  size_t missing_ = 0;
  absl::Status status_;
};

// A server to which the cluster is not whole answers PING, and refuses everything else.
void PingMaster(Client& client, absl::Time deadline, StatusHandler done) {
  client.Ping(deadline, [&client, deadline, done = std::move(done)](absl::Status status) mutable {
    if (!status.ok()) return std::move(done)(std::move(status));
    client.Ask(ClusterInfo(), deadline,
               [done = std::move(done)](absl::StatusOr<Reply> info) mutable {
                 if (!info.ok()) return std::move(done)(info.status());
                 if (ClusterViewOf(info->text).is_whole) return std::move(done)(absl::OkStatus());
                 std::move(done)(
                     absl::UnavailableError("the cluster is down (cluster_state) to a server"));
               });
  });
}

}  // namespace

void ClusterRouter::Send(Rights::Right right, Command command, absl::Time deadline,
                         Request::Handler handler) {
  ClusterCall::Start(std::make_unique<ClusterCall>(cluster_, right, std::move(command), deadline,
                                                   std::move(handler)));
}

void ClusterRouter::SendAll(Rights::Right right, std::vector<Command> commands, absl::Time deadline,
                            Client::BatchHandler handler) {
  SendClusterBatch(cluster_, right, std::move(commands), deadline, std::move(handler));
}

void ClusterRouter::Ping(absl::Time deadline, StatusHandler done) {
  deadline = cluster_.End(deadline);
  cluster_.AwaitLayout(deadline, [this, deadline, done = std::move(done)](
                                     absl::StatusOr<std::shared_ptr<const Layout>> layout) mutable {
    if (!layout.ok()) return std::move(done)(layout.status());
    if ((*layout)->map.uncovered() > 0) {
      cluster_.Refresh();
      return std::move(done)(absl::UnavailableError(
          absl::StrCat("no server of the cluster has slots ", (*layout)->map.UncoveredText())));
    }
    std::make_shared<OnAllMasters>(cluster_, *layout, std::move(done))
        ->Run([&](Client& client, StatusHandler answered) {
          PingMaster(client, deadline, std::move(answered));
        });
  });
}

void ClusterRouter::Clear(absl::Time deadline, StatusHandler done) {
  cluster_.AwaitNewLayout(
      deadline, [this, deadline, done = std::move(done)](
                    absl::StatusOr<std::shared_ptr<const Layout>> layout) mutable {
        if (!layout.ok()) return std::move(done)(layout.status());
        std::make_shared<OnAllMasters>(cluster_, *layout, std::move(done))
            ->Run([&](Client& client, StatusHandler cleared) {
              ClearKeys(client, ClearBy::kOneCommandAKey, deadline, std::move(cleared));
            });
      });
}

}  // namespace cachestore::redis
