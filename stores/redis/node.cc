// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/node.h"

#include <utility>

#include "stores/redis/wakeup.h"

namespace cachestore::redis {

absl::StatusOr<std::shared_ptr<Node>> Node::Create(EventLoop& loop, const KeySpace& keys,
                                                   const ConnectionOptions& options,
                                                   Client::Redirections redirections) {
  absl::StatusOr<std::shared_ptr<const Wakeup>> wakeup = Wakeup::Create();
  if (!wakeup.ok()) return wakeup.status();
  // Who lets go of it last may be inside of its own connection, which is closed in a later turn
  // then; or on a caller's thread, when all else has ended: by then the connection is closed
  // already.
  const auto close = [post = loop.poster()](Node* node) {
    post([owned = std::unique_ptr<Node>(node)] { owned->client_.Close(); });
  };
  return std::shared_ptr<Node>(new Node(loop, *std::move(wakeup), keys, options, redirections),
                               close);
}

Node::Node(EventLoop& loop, std::shared_ptr<const Wakeup> wakeup, const KeySpace& keys,
           const ConnectionOptions& options, Client::Redirections redirections)
    : name_(options.address.node()),
      host_(options.address.host),
      client_(loop, std::move(wakeup), keys, options, redirections) {}

}  // namespace cachestore::redis
