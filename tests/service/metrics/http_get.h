// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_METRICS_HTTP_GET_H_
#define TESTS_SERVICE_METRICS_HTTP_GET_H_

#include <string>

namespace cachestore {

// What a server says to one request; its connection is closed then.
struct HttpReply {
  int status = 0;
  std::string head;  // All header lines.
  std::string body;
};

// A connection to "host:port", for one request.
class HttpConnection {
 public:
  explicit HttpConnection(const std::string& address);
  ~HttpConnection();
  HttpConnection(HttpConnection&& other) noexcept;

  // Over HTTP/1.1. A status of 0: nobody answered.
  HttpReply Ask(const std::string& path, const std::string& method = "GET");

 private:
  std::string address_;
  int socket_;
};

// Asks for `path` of "host:port" by `method`, over HTTP/1.1. A status of 0: nobody answered.
HttpReply HttpGet(const std::string& address, const std::string& path,
                  const std::string& method = "GET");

}  // namespace cachestore

#endif  // TESTS_SERVICE_METRICS_HTTP_GET_H_
