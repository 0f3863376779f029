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
// and their tools, read-only. Destroying it ends it.
class HttpListener {
 public:
  struct Page {
    int status = 200;
    std::string content_type;
    std::string body;
  };

  // What stands at each path, made anew for each request; on any thread, several at a time.
  using Pages = std::map<std::string, std::function<Page()>>;

  // `address` is host:port or [IPv6]:port, the host a number; port 0: any that is free.
  //   INVALID_ARGUMENT, UNAVAILABLE  it is none, or cannot be had
  static absl::StatusOr<std::unique_ptr<HttpListener>> Start(const std::string& address,
                                                             Pages pages);
  ~HttpListener();

  // Where it listens, with the port that was found.
  const std::string& address() const { return address_; }

 private:
  explicit HttpListener(Pages pages) : pages_(std::move(pages)) {}

  static int Answer(mg_connection* connection, void* listener);

  const Pages pages_;
  std::string address_;
  mg_context* context_ = nullptr;
};

}  // namespace cachestore

#endif  // SERVICE_METRICS_HTTP_LISTENER_H_
