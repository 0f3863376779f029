// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/resolver.h"

#include <netdb.h>
#include <sys/un.h>

#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "stores/mutex.h"
#include "stores/redis/wakeup.h"

namespace cachestore::redis {
namespace {

using Addresses = absl::StatusOr<std::vector<SocketAddress>>;

SocketAddress OfUnixSocket(const std::string& path) {
  SocketAddress address;
  sockaddr_un unix_address = {};
  unix_address.sun_family = AF_UNIX;
  path.copy(unix_address.sun_path, sizeof(unix_address.sun_path) - 1);
  std::memcpy(&address.storage, &unix_address, sizeof(unix_address));
  address.size = sizeof(unix_address);
  return address;
}

Addresses LookUp(const std::string& host, uint16_t port, int flags) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::UnavailableError(absl::StrCat("its name has no address: ", gai_strerror(error)));
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, next->ai_addr, next->ai_addrlen);
    address.size = next->ai_addrlen;
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

struct Resolver::Lookup {
  Wakeup done;
  Mutex mutex;
  bool is_running ABSL_GUARDED_BY(mutex) = false;
  std::optional<Addresses> result ABSL_GUARDED_BY(mutex);
};

Resolver::Resolver(event_base* base, const Address& address)
    : address_(address),
      lookup_(std::make_shared<Lookup>()),
      looked_up_(base, lookup_->done.fd(), EV_READ | EV_PERSIST, [this] { OnLookedUp(); }) {
  looked_up_.Add();
}

Resolver::~Resolver() = default;

void Resolver::Resolve(Done done) {
  if (!address_.socket_path.empty()) {
    return std::move(done)(std::vector<SocketAddress>{OfUnixSocket(address_.socket_path)});
  }
  Addresses numeric = LookUp(address_.host, address_.port, AI_NUMERICHOST);
  if (numeric.ok()) return std::move(done)(std::move(numeric));
  done_ = std::move(done);
  {
    const MutexLock lock(lookup_->mutex);
    if (lookup_->is_running) return;  // What it finds is as good.
    lookup_->is_running = true;
  }
  std::thread([lookup = lookup_, host = address_.host, port = address_.port] {
    Addresses found = LookUp(host, port, /*flags=*/0);
    {
      const MutexLock lock(lookup->mutex);
      lookup->result = std::move(found);
      lookup->is_running = false;
    }
    lookup->done.Signal();
  }).detach();
}

void Resolver::Cancel() { done_ = nullptr; }

void Resolver::OnLookedUp() {
  lookup_->done.Clear();
  std::optional<Addresses> result;
  {
    const MutexLock lock(lookup_->mutex);
    result.swap(lookup_->result);
  }
  if (!result.has_value() || !done_) return;
  std::exchange(done_, nullptr)(*std::move(result));
}

}  // namespace cachestore::redis
