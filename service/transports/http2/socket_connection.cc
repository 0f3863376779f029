// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/socket_connection.h"

#include <sys/epoll.h>

#include <array>
#include <utility>

namespace cachestore::http2 {
namespace {

constexpr size_t kMaxPieces = 64;

// How long a peer has to hang up once all is said. Who closes a socket that has not been read to
// its end takes away what the other side has not read.
constexpr auto kHangUpTime = std::chrono::seconds(1);

}  // namespace

SocketConnection::SocketConnection(std::unique_ptr<ByteStream> stream, std::string peer,
                                   const Connection::Options& options, Connection::Service& service,
                                   EventLoop& loop, Owner& owner)
    : loop_(loop),
      owner_(owner),
      stream_(std::move(stream)),
      timer_(loop, [this] { OnTime(); }),
      read_on_(loop, [this] { OnReady(0); }),
      connection_(options, service, loop, *this, std::move(peer)) {}

bool SocketConnection::Start() { return loop_.Watch(stream_->fd(), EPOLLIN, *this); }

void SocketConnection::AnnounceGoAway() { connection_.AnnounceGoAway(); }

void SocketConnection::GoAway() { connection_.GoAway(); }

void SocketConnection::OnReady(uint32_t events) {
  if (has_ended_) return;
  if ((events & EPOLLOUT) != 0) AwaitRoom(false);
  // A peer that does not read its replies is not read either: they would pile up.
  const bool has_failed = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (!is_full_ || has_failed) Read();
  if (!has_ended_) Flush();
}

void SocketConnection::Read() {
  // A message that has begun may be here to its end; beyond that others have their turn.
  if (ReadOnce() && connection_.wants_much()) ReadOnce();
  if (!has_ended_ && stream_->has_buffered()) read_on_.WakeAt(loop_.now());
}

bool SocketConnection::ReadOnce() {
  const absl::Span<char> buffer = loop_.read_buffer().subspan(0, connection_.wanted_bytes());
  const absl::StatusOr<size_t> count = stream_->Read(buffer);
  if (!count.ok()) {
    End();
    return false;
  }
  if (*count == 0 && stream_->wants_room()) AwaitRoom(true);
  if (*count > 0 && !std::exchange(has_read_, true)) {
    connection_.SetCertificateNames(stream_->certificate_names());
  }
  if (*count > 0 && !is_closing_) connection_.Receive({buffer.data(), *count});
  return *count == buffer.size();
}

void SocketConnection::OnOutput() {
  if (std::exchange(is_observing_, true)) return;
  loop_.ObserveTurn(*this);
}

void SocketConnection::OnTurnEnd() {
  is_observing_ = false;
  if (!has_ended_) Flush();
}

void SocketConnection::Flush() {
  if (is_closing_) return;
  if (connection_.is_given_up()) return End();
  while (!is_full_) {
    if (connection_.output().empty()) connection_.Produce();
    if (connection_.output().empty()) break;
    if (!WriteOnce()) return End();
  }
  connection_.OnFlushed();
  if (connection_.is_going() && !std::exchange(is_going_told_, true)) owner_.OnGoing(*this);
  if (connection_.is_over() && connection_.output().empty()) Close();
}

bool SocketConnection::WriteOnce() {
  std::array<iovec, kMaxPieces> pieces;
  const size_t count = connection_.output().Peek(absl::MakeSpan(pieces));
  const absl::StatusOr<size_t> written = stream_->Write({pieces.data(), count});
  if (!written.ok()) return false;
  if (*written == 0) {
    AwaitRoom(true);
  } else {
    connection_.OnSent(*written);
  }
  return true;
}

void SocketConnection::AwaitRoom(bool is_full) {
  if (std::exchange(is_full_, is_full) == is_full) return;
  loop_.Rewatch(stream_->fd(), is_full ? EPOLLOUT : EPOLLIN, *this);
}

void SocketConnection::OnTime() {
  if (is_closing_) return End();
  connection_.OnTime();
}

void SocketConnection::Close() {
  is_closing_ = true;
  stream_->EndWriting();
  timer_.WakeAt(After(loop_.now(), kHangUpTime));
}

void SocketConnection::End() {
  if (std::exchange(has_ended_, true)) return;
  timer_.Cancel();
  read_on_.Cancel();
  loop_.Unwatch(stream_->fd());
  if (!std::exchange(is_going_told_, true)) owner_.OnGoing(*this);
  owner_.OnEnded(*this);
}

}  // namespace cachestore::http2
