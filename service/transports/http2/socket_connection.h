// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_SOCKET_CONNECTION_H_
#define SERVICE_TRANSPORTS_HTTP2_SOCKET_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "service/transports/http2/byte_stream.h"
#include "service/transports/http2/connection.h"
#include "service/transports/http2/event_loop.h"

namespace cachestore::http2 {

// A connection on its socket: a thin shell that carries bytes between both, on an event loop's
// thread.
class SocketConnection final : public EventLoop::Watcher,
                               private EventLoop::TurnObserver,
                               private Connection::Carrier {
 public:
  // Is told when no new call will be served any more, and when the connection has ended, upon which
  // it is to be destroyed by EventLoop::Retire. Must outlive this.
  class Owner {
   public:
    virtual void OnGoing(SocketConnection& connection) = 0;
    virtual void OnEnded(SocketConnection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  SocketConnection(std::unique_ptr<ByteStream> stream, std::string peer,
                   const Connection::Options& options, Connection::Service& service,
                   EventLoop& loop, Owner& owner);

  // Begins to carry. False if the kernel has no room for it.
  bool Start();

  // See Connection.
  void AnnounceGoAway();
  void GoAway();
  bool is_going() const { return connection_.is_going(); }

  // Ends at once, whatever is under way.
  void End();

 private:
  void OnReady(uint32_t events) override;
  void OnTurnEnd() override;
  void OnOutput() override;
  void WakeAt(Moment moment) override { timer_.WakeAt(moment); }
  void OnTime();

  void Read();
  // Whether there may be more to read. Not once this has ended.
  bool ReadOnce();
  void Flush();
  bool WriteOnce();
  void Close();
  void AwaitRoom(bool is_full);

  EventLoop& loop_;
  Owner& owner_;
  const std::unique_ptr<ByteStream> stream_;
  EventLoop::Timer timer_;
  EventLoop::Timer read_on_;  // In the next turn.
  Connection connection_;
  bool has_read_ = false;      // Anything at all.
  bool is_observing_ = false;  // The end of this turn, to flush then.
  bool is_full_ = false;       // The socket has no room; it will say when it has.
  bool is_going_told_ = false;
  bool is_closing_ = false;  // All is said; waits for the peer to hang up.
  bool has_ended_ = false;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_SOCKET_CONNECTION_H_
