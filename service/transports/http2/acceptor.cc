// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"

namespace cachestore::http2 {
namespace {

// In a turn, so that the connections there are have theirs.
constexpr int kMaxAccepts = 64;

Descriptor OpenSpare() { return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

// As gRPC writes it.
std::string PeerText(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return absl::StrCat("ipv4:", text.data(), ":", ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return absl::StrCat("ipv6:[", text.data(), "]:", ntohs(v6.sin6_port));
  }
  return "unix:";
}

}  // namespace

class Acceptor::Socket final : public EventLoop::Watcher {
 public:
  Socket(Acceptor& acceptor, int fd) : acceptor_(acceptor), fd_(fd) {}
  void OnReady(uint32_t /*events*/) override { acceptor_.AcceptFrom(fd_); }

 private:
  Acceptor& acceptor_;
  const int fd_;
};

Acceptor::Acceptor(std::vector<Listener> listeners, std::unique_ptr<TlsStreams> tls,
                   EventLoop& loop, const std::vector<std::unique_ptr<Shard>>& shards,
                   size_t max_connections, ConnectionCounts& counts)
    : loop_(loop),
      shards_(shards),
      max_connections_(max_connections),
      counts_(counts),
      listeners_(std::move(listeners)),
      tls_(std::move(tls)),
      spare_(OpenSpare()) {
  for (const Listener& listener : listeners_) {
    for (const Descriptor& socket : listener.sockets()) {
      sockets_.push_back(std::make_unique<Socket>(*this, socket.get()));
      loop_.Watch(socket.get(), EPOLLIN, *sockets_.back());
    }
  }
}

Acceptor::~Acceptor() {
  for (const Listener& listener : listeners_) {
    for (const Descriptor& socket : listener.sockets()) loop_.Unwatch(socket.get());
  }
}

void Acceptor::AcceptFrom(int listening) {
  for (int i = 0; i < kMaxAccepts; ++i) {
    sockaddr_storage address = {};
    socklen_t size = sizeof(address);
    Descriptor socket(accept4(listening, reinterpret_cast<sockaddr*>(&address), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EMFILE || errno == ENFILE) Refuse(listening);
      return;
    }
    if (connections() >= max_connections_) {
      counts_.refused.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const int on = 1;
    if (address.ss_family != AF_UNIX) {
      setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    std::unique_ptr<ByteStream> stream = NewStream(std::move(socket));
    if (stream != nullptr) LeastLoaded().Adopt(std::move(stream), PeerText(address));
  }
}

std::unique_ptr<ByteStream> Acceptor::NewStream(Descriptor socket) {
  return tls_ != nullptr ? tls_->New(std::move(socket)) : NewPlainStream(std::move(socket));
}

void Acceptor::Refuse(int listening) {
  spare_ = {};
  {
    const Descriptor refused(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
    if (refused) counts_.refused.fetch_add(1, std::memory_order_relaxed);
  }
  spare_ = OpenSpare();
}

size_t Acceptor::connections() const {
  return absl::c_accumulate(
      shards_, size_t{0},
      [](size_t sum, const std::unique_ptr<Shard>& shard) { return sum + shard->load(); });
}

Shard& Acceptor::LeastLoaded() const {
  return **std::ranges::min_element(
      shards_, {}, [](const std::unique_ptr<Shard>& shard) { return shard->load(); });
}

}  // namespace cachestore::http2
