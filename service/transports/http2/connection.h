// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_CONNECTION_H_
#define SERVICE_TRANSPORTS_HTTP2_CONNECTION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "service/access/certificate_names.h"
#include "service/door/door.h"
#include "service/transports/http2/awaited_messages.h"
#include "service/transports/http2/call_host.h"
#include "service/transports/http2/deadlines.h"
#include "service/transports/http2/lifetime.h"
#include "service/transports/http2/method_index.h"
#include "service/transports/http2/output_buffer.h"
#include "service/transports/http2/session.h"
#include "service/transports/http2/unsent_bytes.h"
#include "service/transports/http2/work_queue.h"

namespace cachestore::http2 {

// gRPC on one connection, without I/O: bytes in, bytes out, and what time it is. What comes becomes
// calls of a door's methods; what they answer becomes bytes. Lives on one thread, that of its work
// queue. Calls may outlive it.
class Connection final : private Session::Owner, private CallHost {
 public:
  struct Options {
    // A message larger than this ends RESOURCE_EXHAUSTED before any handler sees it.
    size_t max_message_bytes;

    // Large replies that wait to be read by this peer.
    size_t max_unsent_bytes = size_t{256} << 20;

    Session::Options session = {};
    Lifetime::Limits lifetime = {};
  };

  // What all connections share; must outlive them and their calls.
  struct Service {
    Service(Door& door, size_t max_unsent_bytes)
        : door(door), methods(door.methods()), unsent_bytes(max_unsent_bytes) {}

    Door& door;
    const MethodIndex methods;
    UnsentBytes unsent_bytes;  // Of all connections.
  };

  // Whatever carries the bytes, and must outlive the connection.
  class Carrier {
   public:
    // There may be something to Produce. Not inside of a call of this class from outside.
    virtual void OnOutput() = 0;

    // OnTime is to be called at `moment`, if not before.
    virtual void WakeAt(Moment moment) = 0;

   protected:
    ~Carrier() = default;
  };

  // `peer`: the other side's address, as Call::peer() has it. `options` must outlive this.
  Connection(const Options& options, Service& service, WorkQueue& queue, Carrier& carrier,
             std::string peer);

  // Whom the peer has shown to be, by a certificate. Before anything is received.
  void SetCertificateNames(CertificateNames names) {
    caller_->certificate_names = std::move(names);
  }

  // Whether a large message has begun, or many have, and are not complete.
  bool wants_much() const;

  // How many bytes it should be given at a time: few, unless it wants much. So those who send many
  // requests at once get the first replies while the last are still being read, and nobody keeps
  // the others from their turn.
  size_t wanted_bytes() const;

  // Takes what came.
  void Receive(absl::string_view bytes);

  // Fills output() with what is to be sent next.
  void Produce();
  const OutputBuffer& output() const { return output_; }

  // So much of output() has been sent.
  void OnSent(size_t bytes);

  // All of output() has been sent that could be for now.
  void OnFlushed();

  // Some time has passed.
  void OnTime();

  // There is nothing more to be received, and nothing to be sent but what is in output().
  bool is_over() const { return is_over_ || session_.is_over(); }

  // The peer should be given up, whatever is in output().
  bool is_given_up() const { return is_given_up_; }

  // Sends the peer elsewhere with its next calls. Those that are on their way here are still
  // served, until the peer has acknowledged that, or GoAway is called.
  void AnnounceGoAway();

  // Whether no new call will be served.
  bool is_going() const { return is_going_ || is_over(); }
  void GoAway();

  bool is_busy() const { return session_.is_busy(); }

 private:
  // Session::Owner
  Session::Exchange* OnRequest(int32_t stream, RequestHead& head) override;
  void OnGoAwayHeard() override { GoAway(); }

  // CallHost
  Door& door() override { return service_.door; }
  Session& session() override { return session_; }
  AwaitedMessages& awaited_messages() override { return awaited_messages_; }
  UnsentBytes& unsent_bytes() override { return unsent_bytes_; }
  Deadlines& deadlines() override { return deadlines_; }
  void EndAt(Moment deadline, Deadlines::Timed& call) override;
  void OnOutput() override { carrier_.OnOutput(); }

  // Whether a gRPC request may be begun.
  absl::Status Check(const RequestHead& head) const;
  Session::Exchange* Begin(int32_t stream, const Method& method, RequestHead& head);

  const Options& options_;
  Service& service_;
  WorkQueue& queue_;
  Carrier& carrier_;
  const std::shared_ptr<Caller> caller_;
  Lifetime lifetime_;
  OutputBuffer output_;
  UnsentBytes unsent_bytes_;
  Deadlines deadlines_;
  AwaitedMessages awaited_messages_;
  Session session_;          // Last: its exchanges use the others while it ends.
  bool is_blocked_ = false;  // What is to be sent waits for the peer to read.
  bool is_announced_ = false;
  bool is_going_ = false;
  bool is_over_ = false;
  bool is_given_up_ = false;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_CONNECTION_H_
