// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/node.h"

namespace cachestore::redis {

std::shared_ptr<Node> Node::Create(EventLoop& loop, const KeySpace& keys,
                                   const ConnectionOptions& options,
                                   Client::Redirections redirections) {
  // Who lets go of it last may be inside of its own connection, which is closed in a later turn
  // then; or on a caller's thread, when all else has ended: by then the connection is closed
  // already.
  const auto close = [post = loop.poster()](Node* node) {
    post([owned = std::unique_ptr<Node>(node)] { owned->client_.Close(); });
  };
  return {new Node(loop, keys, options, redirections), close};
}

Node::Node(EventLoop& loop, const KeySpace& keys, const ConnectionOptions& options,
           Client::Redirections redirections)
    : name_(options.address.node()),
      host_(options.address.host),
      client_(loop, keys, options, redirections) {}

}  // namespace cachestore::redis
