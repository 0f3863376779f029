// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_ACCEPTOR_H_
#define SERVICE_TRANSPORTS_HTTP2_ACCEPTOR_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "service/transports/connection_counts.h"
#include "service/transports/http2/byte_stream.h"
#include "service/transports/http2/descriptor.h"
#include "service/transports/http2/event_loop.h"
#include "service/transports/http2/listener.h"
#include "service/transports/http2/shard.h"
#include "service/transports/http2/tls.h"

namespace cachestore::http2 {

// Takes the connections that peers make, and gives each to the shard that has the fewest. Lives on
// an event loop's thread; made before that runs, and destroyed there.
class Acceptor final {
 public:
  // `shards` and `counts`, where those that are hung up on are counted, must outlive this. Null
  // `tls`: in the clear. While there are `max_connections`, peers are hung up on.
  Acceptor(std::vector<Listener> listeners, std::unique_ptr<TlsStreams> tls, EventLoop& loop,
           const std::vector<std::unique_ptr<Shard>>& shards, size_t max_connections,
           ConnectionCounts& counts);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  class Socket;

  void AcceptFrom(int listening);
  void Refuse(int listening);
  std::unique_ptr<ByteStream> NewStream(Descriptor socket);
  size_t connections() const;
  Shard& LeastLoaded() const;

  EventLoop& loop_;
  const std::vector<std::unique_ptr<Shard>>& shards_;
  const size_t max_connections_;
  ConnectionCounts& counts_;
  const std::vector<Listener> listeners_;
  const std::unique_ptr<TlsStreams> tls_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  // Kept free for a peer who comes when the process can have no more descriptors, so that he is
  // hung up on rather than kept waiting.
  Descriptor spare_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_ACCEPTOR_H_
