// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/dialer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore::redis {
namespace {

absl::Status ErrnoStatus(int error) { return absl::UnavailableError(std::strerror(error)); }

void SetOption(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof(value));
}

// A machine that acknowledges nothing is given up within two seconds, however long Redis itself may
// take for a command: by TCP_USER_TIMEOUT, while bytes are on their way, and by keepalive probes,
// after the first second in which none are.
void SetTcpOptions(int fd) {
  constexpr int kDeadPeerMillis = 1500;
  SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  SetOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
  SetOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kDeadPeerMillis);
}

}  // namespace

Dialer::Dialer(event_base* base, Options options)
    : base_(base), options_(std::move(options)), resolver_(base, options_.address) {}

Dialer::~Dialer() { Cancel(); }

void Dialer::Dial(Done done) {
  done_ = std::move(done);
  awaited_ = std::make_unique<LoopEvent>(base_, -1, LoopEvent::kTimer, [this] { Start(); });
  awaited_->AddTimer(absl::ZeroDuration());
}

void Dialer::Cancel() {
  resolver_.Cancel();
  awaited_.reset();
  tls_stream_.reset();
  if (fd_ >= 0) close(std::exchange(fd_, -1));
  done_ = nullptr;
}

void Dialer::Start() {
  resolver_.Resolve([this](absl::StatusOr<std::vector<SocketAddress>> addresses) {
    if (!addresses.ok()) return Finish(addresses.status());
    addresses_ = *std::move(addresses);
    tried_ = 0;
    handshake_error_ = absl::OkStatus();
    ++dials_;
    TryNext(absl::OkStatus());
  });
}

void Dialer::TryNext(absl::Status last_error) {
  awaited_.reset();
  tls_stream_.reset();
  while (tried_ < addresses_.size()) {
    const SocketAddress& address = addresses_[(dials_ + tried_++) % addresses_.size()];
    const int family = address.storage.ss_family;
    fd_ = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
      last_error = ErrnoStatus(errno);
      continue;
    }
    if (family != AF_UNIX) SetTcpOptions(fd_);
    sockaddr_storage storage = address.storage;
    if (connect(fd_, reinterpret_cast<sockaddr*>(&storage), address.size) == 0 ||
        errno == EINPROGRESS) {
      return Await(fd_, EV_WRITE, &Dialer::OnConnected);
    }
    last_error = ErrnoStatus(errno);
    close(std::exchange(fd_, -1));
  }
  Finish(handshake_error_.ok() ? std::move(last_error) : handshake_error_);
}

void Dialer::OnConnected() {
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    close(std::exchange(fd_, -1));
    return TryNext(ErrnoStatus(error));
  }
  const int fd = std::exchange(fd_, -1);
  if (!options_.address.tls) return Finish(NewPlainStream(fd));
  absl::StatusOr<std::unique_ptr<TlsStream>> stream =
      options_.tls->NewStream(fd, options_.address.host);
  if (!stream.ok()) return Finish(stream.status());
  tls_stream_ = *std::move(stream);
  Shake();
}

void Dialer::Shake() {
  const absl::StatusOr<TlsStream::Handshake> handshake = tls_stream_->Shake();
  if (!handshake.ok()) {
    handshake_error_ = handshake.status();
    return TryNext(handshake_error_);
  }
  switch (*handshake) {
    case TlsStream::Handshake::kDone:
      return Finish(std::move(tls_stream_));
    case TlsStream::Handshake::kWantsRead:
      return Await(tls_stream_->fd(), EV_READ, &Dialer::Shake);
    case TlsStream::Handshake::kWantsWrite:
      return Await(tls_stream_->fd(), EV_WRITE, &Dialer::Shake);
  }
}

void Dialer::Finish(absl::StatusOr<std::unique_ptr<Stream>> result) {
  awaited_.reset();
  Done done = std::exchange(done_, nullptr);
  std::move(done)(std::move(result));
}

void Dialer::Await(int fd, int16_t what, void (Dialer::*next)()) {
  awaited_ = std::make_unique<LoopEvent>(base_, fd, what, [this, next] { (this->*next)(); });
  awaited_->Add();
}

}  // namespace cachestore::redis
