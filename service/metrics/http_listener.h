// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_HTTP_LISTENER_H_
#define SERVICE_METRICS_HTTP_LISTENER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct mg_connection;
struct mg_context;

namespace cachestore {

// Answers GET and HEAD over HTTP/1.1 on an address of its own, by threads of its own: for operators
// and their tools, read-only. A connection is for one request, so that nobody who looks at a page
// keeps a thread from others; of those who connect and say nothing, more than 15 do, for 5 s at
// most. Destroying it ends it.
class HttpListener {
 public:
  struct Page {
    int status = 200;
    std::string content_type;
    std::string body;
  };

  // What stands at each path, made anew for each request; on any thread, several at a time.
  using Pages = std::map<std::string, std::function<Page()>>;

  // Takes `address`, which is host:port, the host a number; port 0: any that is free. Until there
  // are pages, 404 is all it answers.
  //   INVALID_ARGUMENT  it is none
  //   UNAVAILABLE       it cannot be had
  //   UNIMPLEMENTED     it is [IPv6]:port, and this civetweb has no IPv6, as that of Debian 12
  static absl::StatusOr<std::unique_ptr<HttpListener>> Listen(const std::string& address);
  ~HttpListener();

  // Answers with these from now on. Once.
  void Serve(Pages pages);

  // Where it listens, with the port that was found.
  const std::string& address() const { return address_; }

 private:
  HttpListener() = default;

  static int Answer(mg_connection* connection, void* listener);

  Pages pages_;
  std::string address_;
  mg_context* context_ = nullptr;
};

}  // namespace cachestore

#endif  // SERVICE_METRICS_HTTP_LISTENER_H_
