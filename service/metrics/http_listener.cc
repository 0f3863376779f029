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
      "\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: "
      "nosniff\r\nContent-Security-Policy: ",
      kPolicy, "\r\n\r\n");
  mg_write(&connection, head.data(), head.size());
  if (with_body) mg_write(&connection, page.body.data(), page.body.size());
}

HttpListener::Page Plain(int status, std::string text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Listen(const std::string& address) {
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  if (!parsed->unix_path.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(address, ": HTTP is not served on unix sockets; give host:port"));
  }
  if (absl::StrContains(parsed->host, ':') && mg_check_feature(MG_FEATURES_IPV6) == 0) {
    return absl::UnimplementedError(absl::StrCat(
        address, ": the HTTP server of this build (civetweb) has no IPv6; give an IPv4 address"));
  }
  std::unique_ptr<HttpListener> listener(new HttpListener);
  // For a scraper, probes and some people. Who connects and says nothing is hung up on.
  const std::array<const char*, 7> options = {
      "listening_ports",    address.c_str(), "num_threads", "16",
      "request_timeout_ms", "5000",          nullptr};
  const mg_callbacks callbacks = {};
  listener->context_ = mg_start(&callbacks, nullptr, const_cast<const char**>(options.data()));
  if (listener->context_ == nullptr) return ListenError(address);
  mg_server_port port = {};
  if (mg_get_server_ports(listener->context_, 1, &port) != 1) return ListenError(address);
  listener->address_ = WithPort(address, port.port);
  return listener;
}

void HttpListener::Serve(Pages pages) {
  pages_ = std::move(pages);
  mg_set_request_handler(context_, "/", Answer, this);
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
