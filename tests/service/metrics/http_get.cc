// SPDX-License-Identifier: Apache-2.0
#include "tests/service/metrics/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cachestore {

HttpConnection::HttpConnection(const std::string& address)
    : address_(address), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
  int port = 0;
  if (!absl::SimpleAtoi(parts.second, &port)) return;
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, parts.first.c_str(), &to.sin_addr);
  // Whoever does not answer does not answer the request either.
  static_cast<void>(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)));
}

HttpConnection::HttpConnection(HttpConnection&& other) noexcept
    : address_(std::move(other.address_)), socket_(std::exchange(other.socket_, -1)) {}

HttpConnection::~HttpConnection() {
  if (socket_ >= 0) close(socket_);
}

HttpReply HttpConnection::Ask(const std::string& path, const std::string& method) {
  const std::string request =
      absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: ", address_, "\r\n\r\n");
  HttpReply reply;
  if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return reply;
  std::string received;  // Until the server hangs up.
  std::array<char, 4096> part;
  for (ssize_t size = 0; (size = recv(socket_, part.data(), part.size(), 0)) > 0;) {
    received.append(part.data(), static_cast<size_t>(size));
  }
  const size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  reply.head = received.substr(0, end);
  reply.body = received.substr(end + 4);
  const std::vector<std::string> words = absl::StrSplit(reply.head, ' ');
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &reply.status)) reply.status = 0;
  return reply;
}

HttpReply HttpGet(const std::string& address, const std::string& path, const std::string& method) {
  return HttpConnection(address).Ask(path, method);
}

}  // namespace cachestore
