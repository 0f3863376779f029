// SPDX-License-Identifier: Apache-2.0
#include "tests/service/metrics/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace cachestore {
namespace {

// What comes from a server of this machine until it hangs up.
std::string Exchange(const std::string& address, const std::string& request) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
  int port = 0;
  if (!absl::SimpleAtoi(parts.second, &port)) return "";
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, parts.first.c_str(), &to.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string received;
  if (connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0 &&
      send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> part;
    for (ssize_t size = 0; (size = recv(socket, part.data(), part.size(), 0)) > 0;) {
      received.append(part.data(), static_cast<size_t>(size));
    }
  }
  close(socket);
  return received;
}

}  // namespace

HttpReply HttpGet(const std::string& address, const std::string& path, const std::string& method) {
  const std::string received =
      Exchange(address, absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: ", address,
                                     "\r\nConnection: close\r\n\r\n"));
  HttpReply reply;
  const size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) return reply;
  reply.head = received.substr(0, end);
  reply.body = received.substr(end + 4);
  const std::vector<std::string> words = absl::StrSplit(reply.head, ' ');
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &reply.status)) reply.status = 0;
  return reply;
}

}  // namespace cachestore
