// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_REFUSED_REQUEST_H_
#define SERVICE_TRANSPORTS_HTTP2_REFUSED_REQUEST_H_

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "service/transports/http2/reply.h"
#include "service/transports/http2/session.h"

namespace cachestore::http2 {

// A request that is no gRPC: its peer is told so in HTTP's own words, and may send the rest of it.
class RefusedRequest final : public Session::Exchange {
 public:
  // Lives until its stream is closed. `session` must outlive it.
  static RefusedRequest* Answer(int32_t stream, int status, Session& session) {
    auto* const request = new RefusedRequest(stream, session);
    session.SendHead(*request, HttpError(status));
    session.SendBody(*request, absl::Cord(HttpErrorText()));
    session.SendTrailers(*request, {});
    return request;
  }

  void OnBody(absl::string_view bytes) override { session_.ConsumeBody(*this, bytes.size()); }
  void OnEnd() override {}
  void OnBodySent() override {}
  void OnGoAway() override {}
  void OnClosed() override { delete this; }

 private:
  RefusedRequest(int32_t stream, Session& session) : Exchange(stream), session_(session) {}
  ~RefusedRequest() = default;

  Session& session_;
};

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_REFUSED_REQUEST_H_
