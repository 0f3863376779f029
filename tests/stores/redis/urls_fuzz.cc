// SPDX-License-Identifier: Apache-2.0

// What people may give as an address: of a Redis, of a cache service, or of where to listen. `./dev
// fuzz urls` has libFuzzer make them up; urls_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "client/service_url.h"
#include "service/transports/listen_address.h"
#include "stores/redis/target.h"
#include "stores/redis/url.h"
#include "tests/testing/require.h"

namespace cachestore {
namespace {

void CheckRedis(absl::string_view text) {
  const absl::StatusOr<redis::Address> address = redis::ParseUrl(text);
  if (!address.ok()) return RequireClearError(address.status(), text);
  Require(address->host.empty() != address->socket_path.empty(), "it is a host or a socket", text);
  const absl::StatusOr<redis::Address> shown = redis::ParseUrl(address->name);
  Require(shown.ok() && shown->name == address->name && shown->host == address->host &&
              shown->port == address->port && shown->socket_path == address->socket_path &&
              shown->database == address->database && shown->tls == address->tls,
          "what is shown of a URL is the same place", text);
  Require(shown->user.empty() && shown->password.empty(), "what is shown has no password", text);
}

void CheckTarget(absl::string_view text) {
  const absl::StatusOr<redis::Target> target = redis::ParseTarget(text);
  if (!target.ok()) return RequireClearError(target.status(), text);
  const absl::StatusOr<redis::Target> shown = redis::ParseTarget(target->server.name);
  Require(shown.ok() && shown->server.name == target->server.name && shown->kind == target->kind &&
              shown->places == target->places && shown->master == target->master &&
              shown->server.database == target->server.database,
          "what is shown of a URL is the same servers", text);
  Require(shown->server.password.empty() && shown->sentinel.password.empty(),
          "what is shown has no password", text);
}

void CheckService(absl::string_view text) {
  const absl::StatusOr<ServiceAddress> address = ParseServiceUrl(text);
  if (!address.ok()) return RequireClearError(address.status(), text);
  Require(!address->target.empty() && !address->name.empty(), "an address has a target", text);
}

void CheckListen(absl::string_view text) {
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(std::string(text));
  if (!address.ok()) return RequireClearError(address.status(), text);
  Require(address->host.empty() != address->unix_path.empty(), "it is a host or a socket", text);
  int port = 0;
  Require(!address->unix_path.empty() ||
              (absl::SimpleAtoi(address->port, &port) && port >= 0 && port <= 65535),
          "a port is one", text);
  Require(IsOfThisMachine(*address) || address->unix_path.empty(), "a socket is of this machine",
          text);
}

}  // namespace
}  // namespace cachestore

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = 1024;
  const absl::string_view input(reinterpret_cast<const char*>(data), std::min(size, kMaxInput));
  cachestore::CheckRedis(input);
  cachestore::CheckTarget(input);
  cachestore::CheckService(input);
  cachestore::CheckListen(input);
  return 0;
}
