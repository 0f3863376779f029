// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/sentinel/sentinel_router.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/clear_scan.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/sentinel/master_search.h"

namespace cachestore::redis {

SentinelRouter::SentinelRouter(EventLoop& loop, const KeySpace& keys, const Target& target,
                               ConnectionOptions options)
    : loop_(loop),
      keys_(keys),
      places_(target.places),
      master_name_(target.master),
      sentinel_(target.sentinel),
      options_(std::move(options)),
      master_(loop, options_.timeout, options_.max_calls,
              [this](Discovery<Master>::Done done) { Search(std::move(done)); }) {}

ConnectionOptions SentinelRouter::OptionsOfSentinel(const HostPort& place) const {
  ConnectionOptions options = options_;
  options.address = sentinel_.At(place);
  options.address.name = absl::StrCat("the sentinel ", options.address.node());
  return options;
}

void SentinelRouter::FindSentinels() {
  for (const HostPort& place : places_) {
    const ConnectionOptions options = OptionsOfSentinel(place);
    sentinels_.push_back(Node::Create(loop_, keys_, options, Client::Redirections::kAreErrors));
    subscriptions_.push_back(std::make_unique<Subscription>(loop_.base(), options, "+switch-master",
                                                            [this] { master_.Refresh(); }));
  }
}

void SentinelRouter::Search(Discovery<Master>::Done done) {
  if (sentinels_.empty()) FindSentinels();
  SearchMaster(sentinels_, master_name_,
               [this, done = std::move(done)](absl::StatusOr<HostPort> place) mutable {
                 if (master_.is_closed()) return;
                 if (!place.ok()) return std::move(done)(place.status());
                 std::move(done)(MasterAt(*place));
               });
}

Discovery<SentinelRouter::Master>::Result SentinelRouter::MasterAt(const HostPort& place) {
  ConnectionOptions options = options_;
  options.must_be_master = true;
  options.address = options_.address.At(place);
  const MasterPtr before = master_.found();
  if (before != nullptr && before->node->name() == options.address.node()) {
    return {before};
  }
  std::shared_ptr<Node> node =
      Node::Create(loop_, keys_, options, Client::Redirections::kAreErrors);
  options_.log(Severity::kInfo,
               absl::StrCat(options_.address.name, ": ", node->name(), " is the master",
                            before == nullptr ? "" : " now, and was ",
                            before == nullptr ? "" : before->node->name()));
  if (before != nullptr) changes_.fetch_add(1);
  std::erase_if(masters_, [](const auto& known) { return known.expired(); });
  masters_.push_back(node);
  return {std::make_shared<Master>(Master{std::move(node)})};
}

void SentinelRouter::WithMaster(absl::Time deadline, UseMaster use) {
  if (MasterPtr master = master_.found(); master != nullptr)
    return std::move(use)(master, deadline);
  const absl::Time end = master_.End(deadline);
  master_.Await(end, [end, use = std::move(use)](absl::StatusOr<MasterPtr> master) mutable {
    std::move(use)(std::move(master), end);
  });
}

void SentinelRouter::Send(Rights::Right right, Command command, absl::Time deadline,
                          Request::Handler handler) {
  WithMaster(deadline, [this, right, command = std::move(command), handler = std::move(handler)](
                           absl::StatusOr<MasterPtr> master, absl::Time deadline) mutable {
    if (!master.ok()) return std::move(handler)(master.status());
    const std::shared_ptr<Node> node = (*master)->node;
    node->client().Send(
        RequestLimit::Kind::kCall, right, std::move(command), deadline,
        [this, node, handler = std::move(handler)](absl::StatusOr<Reply> reply) mutable {
          master_.RefreshAfter(reply.status());
          std::move(handler)(std::move(reply));
        });
  });
}

void SentinelRouter::SendAll(Rights::Right right, std::vector<Command> commands,
                             absl::Time deadline, Client::BatchHandler handler) {
  WithMaster(deadline, [this, right, commands = std::move(commands), handler = std::move(handler)](
                           absl::StatusOr<MasterPtr> master, absl::Time deadline) mutable {
    if (!master.ok()) return std::move(handler)(master.status());
    const std::shared_ptr<Node> node = (*master)->node;
    node->client().SendAll(RequestLimit::Kind::kCall, right, std::move(commands), deadline,
                           [this, node, handler = std::move(handler)](
                               absl::StatusOr<std::vector<absl::StatusOr<Reply>>> replies) mutable {
                             master_.RefreshAfter(replies.status());
                             if (replies.ok()) {
                               for (const absl::StatusOr<Reply>& reply : *replies)
                                 master_.RefreshAfter(reply.status());
                             }
                             std::move(handler)(std::move(replies));
                           });
  });
}

void SentinelRouter::Ping(absl::Time deadline, StatusHandler done) {
  master_.Refresh();
  WithMaster(master_.End(deadline), [this, done = std::move(done)](absl::StatusOr<MasterPtr> master,
                                                                   absl::Time deadline) mutable {
    if (!master.ok()) return std::move(done)(master.status());
    const std::shared_ptr<Node> node = (*master)->node;
    node->client().Ping(deadline,
                        [this, node, done = std::move(done)](absl::Status status) mutable {
                          master_.RefreshAfter(status);
                          std::move(done)(std::move(status));
                        });
  });
}

// Of a Clear that had to wait for the master, only the waiting is bound as one request is.
void SentinelRouter::Clear(absl::Time deadline, StatusHandler done) {
  WithMaster(deadline, [this, deadline, done = std::move(done)](absl::StatusOr<MasterPtr> master,
                                                                absl::Time /*end*/) mutable {
    if (!master.ok()) return std::move(done)(master.status());
    const std::shared_ptr<Node> node = (*master)->node;
    ClearKeys(node->client(), ClearBy::kOneCommandAPage, deadline,
              [this, node, done = std::move(done)](absl::Status status) mutable {
                master_.RefreshAfter(status);
                std::move(done)(std::move(status));
              });
  });
}

RedisStats SentinelRouter::GetStats() const {
  RedisStats stats = {.topology_changes = changes_.load()};
  if (const MasterPtr master = master_.found(); master != nullptr) {
    stats.nodes.push_back(master->node->client().GetStats());
  }
  return stats;
}

void SentinelRouter::Close() {
  master_.Close();
  subscriptions_.clear();
  for (const std::shared_ptr<Node>& sentinel : std::exchange(sentinels_, {})) {
    sentinel->client().Close();
  }
  for (const std::weak_ptr<Node>& weak : std::exchange(masters_, {})) {
    if (const std::shared_ptr<Node> master = weak.lock(); master != nullptr) {
      master->client().Close();
    }
  }
}

}  // namespace cachestore::redis
