// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_NODE_H_
#define STORES_REDIS_NODE_H_

#include <memory>
#include <string>

#include "stores/redis/client.h"
#include "stores/redis/connection_options.h"
#include "stores/redis/event_loop.h"
#include "stores/redis/key_space.h"

namespace cachestore::redis {

// One server among those of a store, that may come to be none of them: a client of its own, which
// is closed, on the loop's thread, when nobody holds the node any more. Who waits for an answer of
// it holds it.
class Node {
 public:
  // `loop` and `keys` must outlive the node's use; its client is closed before the loop is stopped,
  // by the last who holds the node or by its own Close.
  static std::shared_ptr<Node> Create(EventLoop& loop, const KeySpace& keys,
                                      const ConnectionOptions& options,
                                      Client::Redirections redirections);

  Client& client() { return client_; }
  const Client& client() const { return client_; }

  // HOST:PORT.
  const std::string& name() const { return name_; }
  const std::string& host() const { return host_; }

 private:
  Node(EventLoop& loop, const KeySpace& keys, const ConnectionOptions& options,
       Client::Redirections redirections);

  const std::string name_;
  const std::string host_;
  Client client_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_NODE_H_
