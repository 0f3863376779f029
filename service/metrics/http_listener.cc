// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/http_listener.h"

#include <civetweb.h>

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/transports/listen_address.h"

namespace cachestore {
namespace {

// A page of ours has its style and its script in itself, and asks nobody but this server.
constexpr char kPolicy[] =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'";

constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;

void Send(mg_connection& connection, const HttpListener::Page& page, bool with_body) {
  const std::string head = absl::StrCat(
      "HTTP/1.1 ", page.status, " ", mg_get_response_code_text(&connection, page.status),
      "\r\nContent-Type: ", page.content_type, "\r\nContent-Length: ", page.body.size(),
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: ",
      kPolicy, "\r\n\r\n");
  mg_write(&connection, head.data(), head.size());
  if (with_body) mg_write(&connection, page.body.data(), page.body.size());
}

HttpListener::Page Plain(int status, std::string text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Start(const std::string& address,
                                                                  Pages pages) {
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  if (!parsed->unix_path.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(address, ": HTTP is not served on unix sockets; give host:port"));
  }
  std::unique_ptr<HttpListener> listener(new HttpListener(std::move(pages)));
  // A scraper and a few people; who says nothing is hung up on.
  const std::array<const char*, 11> options = {"listening_ports",
                                               address.c_str(),
                                               "num_threads",
                                               "4",
                                               "request_timeout_ms",
                                               "10000",
                                               "enable_keep_alive",
                                               "yes",
                                               "keep_alive_timeout_ms",
                                               "10000",
                                               nullptr};
  const mg_callbacks callbacks = {};
  listener->context_ = mg_start(&callbacks, nullptr, const_cast<const char**>(options.data()));
  if (listener->context_ == nullptr) return ListenError(address);
  mg_server_port port = {};
  if (mg_get_server_ports(listener->context_, 1, &port) != 1) return ListenError(address);
  listener->address_ = WithPort(address, port.port);
  mg_set_request_handler(listener->context_, "/", Answer, listener.get());
  return listener;
}

HttpListener::~HttpListener() {
  if (context_ != nullptr) mg_stop(context_);
}

int HttpListener::Answer(mg_connection* connection, void* listener) {
  const Pages& pages = static_cast<const HttpListener*>(listener)->pages_;
  const mg_request_info& request = *mg_get_request_info(connection);
  const absl::string_view method = request.request_method;
  const auto page = pages.find(request.local_uri);
  if (method != "GET" && method != "HEAD") {
    Send(*connection, Plain(kMethodNotAllowed, "Only GET and HEAD: nothing here can be changed.\n"),
         true);
    return kMethodNotAllowed;
  }
  if (page == pages.end()) {
    std::string paths;
    for (const auto& [path, make] : pages) absl::StrAppend(&paths, path, "\n");
    Send(*connection, Plain(kNotFound, absl::StrCat("Nothing is here. There is:\n", paths)),
         method == "GET");
    return kNotFound;
  }
  const Page made = page->second();
  Send(*connection, made, method == "GET");
  return made.status;
}

}  // namespace cachestore
