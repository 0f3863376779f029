// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_SESSION_H_
#define SERVICE_TRANSPORTS_HTTP2_SESSION_H_

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <list>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "service/transports/http2/closed_streams.h"
#include "service/transports/http2/frame_allowance.h"
#include "service/transports/http2/frame_heads.h"
#include "service/transports/http2/metadata.h"
#include "service/transports/http2/output_buffer.h"
#include "service/transports/http2/request_head.h"

namespace cachestore::http2 {

// The server's side of one HTTP/2 connection (nghttp2), without I/O: bytes in, events and bytes
// out. Knows streams, frames, windows and their abuse, and nothing of gRPC. Not thread-safe.
//
// What is sent is queued, also inside an event, and comes out of Produce.
class Session {
 public:
  // A request and its reply. The session tells it what comes, and keeps what is to be sent of its
  // body.
  class Exchange {
   public:
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    // A part of the request's body. No more comes than the stream's window has room for, but for
    // what ConsumeBody and WidenWindow add.
    virtual void OnBody(absl::string_view bytes) = 0;

    // That was all of the request.
    virtual void OnEnd() = 0;

    // All that was given to SendBody has been produced.
    virtual void OnBodySent() = 0;

    // The session is going away: a reply that could go on for ever ends.
    virtual void OnGoAway() = 0;

    // The stream is closed, in order or not; the session does not use the exchange any more.
    virtual void OnClosed() = 0;

   protected:
    explicit Exchange(int32_t stream) : stream_(stream) {}
    ~Exchange() = default;

   private:
    friend class Session;
    friend struct SessionCallbacks;

    const int32_t stream_;
    std::list<Exchange*>::iterator place_;
    absl::Cord unsent_;        // Of the reply's body.
    Fields trailers_;          // What follows it, once is_last_.
    bool is_last_ = false;     // No more will be sent.
    bool is_starved_ = false;  // nghttp2 has asked for more of the body, and got none.
  };

  // Whom the session tells of requests.
  class Owner {
   public:
    // The fields of a request have come. What becomes of it; null if nothing does, as it was
    // answered by SendHeadOnly.
    virtual Exchange* OnRequest(int32_t stream, RequestHead& head) = 0;

    // The peer has heard what AnnounceGoAway says.
    virtual void OnGoAwayHeard() = 0;

   protected:
    ~Owner() = default;
  };

  struct Options {
    // Requests that a peer may have open at a time, and what it may send of each before anybody has
    // looked at it. Their product bounds what a connection takes of memory.
    uint32_t max_streams = 256;
    uint32_t stream_window_bytes = 256 * 1024;

    // A request's fields, with 32 bytes more for each.
    size_t max_head_bytes = size_t{16} * 1024;
  };

  // `owner` must outlive the session.
  Session(const Options& options, Owner& owner);

  // Closes what exchanges there are.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes what the peer sent. Not inside an event. After an error there is nothing more to say:
  //   INVALID_ARGUMENT    what came first is not how HTTP/2 begins
  //   RESOURCE_EXHAUSTED  the peer floods, or memory is short
  // Other faults of the peer end the session in HTTP/2's own words: see is_over().
  absl::Status Receive(absl::string_view bytes);

  // Adds to `output` what is to be sent, until that is `max_bytes` long or longer. Not inside an
  // event.
  absl::Status Produce(OutputBuffer& output, size_t max_bytes);

  // Whether nothing will come or go any more, but for what Produce still has.
  bool is_over() const { return nghttp2_session_want_read(session_) == 0; }

  // Whether any reply has a part that windows have not allowed to be sent.
  bool has_unsent_bodies() const { return unsent_bodies_ > 0; }

  // The first bytes that make a connection HTTP/2 have come.
  bool has_begun() const { return has_begun_; }

  // Whether any request is not over.
  bool is_busy() const { return !exchanges_.empty(); }

  // The start of a reply; the body follows. For an exchange that is not closed, once.
  void SendHead(Exchange& exchange, const Fields& fields);
  // More of the body.
  void SendBody(Exchange& exchange, absl::Cord bytes);
  // The end of a reply, after its body; without fields, that ends with it.
  void SendTrailers(Exchange& exchange, Fields fields);

  // A whole reply that has no body. Not after SendHead.
  void SendHeadOnly(int32_t stream, const Fields& fields);
  void SendHeadOnly(const Exchange& exchange, const Fields& fields) {
    SendHeadOnly(exchange.stream_, fields);
  }

  // Lets the peer send as much of a request's body as if it had sent nothing of it yet.
  void ConsumeBody(const Exchange& exchange, size_t bytes);

  // Lets the peer send at least so many bytes of a request's body in all before any is consumed.
  void WidenWindow(const Exchange& exchange, size_t bytes);

  void SendPing();

  // Tells the peer to go elsewhere with its next requests, and the exchanges that the session goes
  // away; what is under way to here will still be served.
  void AnnounceGoAway();
  // Serves none that comes after the next Produce, which sends the peer the last that is served.
  void GoAway() { is_going_ = true; }

 private:
  friend struct SessionCallbacks;

  absl::Status Feed(absl::string_view bytes);

  // Before nghttp2 sees a frame of DATA.
  void OnDataHead(int32_t stream);

  Owner& owner_;
  nghttp2_session* session_ = nullptr;
  RequestHead head_;
  FrameHeads frame_heads_;
  FrameAllowance allowance_;
  ClosedStreams closed_streams_;
  OutputBuffer* output_ = nullptr;  // Inside Produce.
  std::list<Exchange*> exchanges_;  // Those of open streams.
  size_t unsent_bodies_ = 0;
  bool has_begun_ = false;
  bool is_going_ = false;
  bool is_gone_ = false;  // And none that is new is served.
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_SESSION_H_
