// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/resolver.h"

#include <netdb.h>
#include <sys/un.h>

#include <cstring>
#include <optional>
#include <string>
#include <system_error>
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
  explicit Lookup(std::shared_ptr<const Wakeup> wakeup) : done(std::move(wakeup)) {}

  const std::shared_ptr<const Wakeup> done;
  Mutex mutex;
  bool is_running ABSL_GUARDED_BY(mutex) = false;
  std::optional<Addresses> result ABSL_GUARDED_BY(mutex);
};

Resolver::Resolver(event_base* base, const Address& address) : base_(base), address_(address) {}

Resolver::~Resolver() = default;

void Resolver::Resolve(Done done) {
  if (!address_.socket_path.empty()) {
    return std::move(done)(std::vector<SocketAddress>{OfUnixSocket(address_.socket_path)});
  }
  Addresses numeric = LookUp(address_.host, address_.port, AI_NUMERICHOST);
  if (numeric.ok()) return std::move(done)(std::move(numeric));
  if (absl::Status status = StartLookup(); !status.ok()) return std::move(done)(std::move(status));
  done_ = std::move(done);
}

absl::Status Resolver::StartLookup() {
  if (lookup_ == nullptr) {
    absl::StatusOr<std::shared_ptr<const Wakeup>> wakeup = Wakeup::Create();
    if (!wakeup.ok()) return absl::UnavailableError(wakeup.status().message());
    lookup_ = std::make_shared<Lookup>(*std::move(wakeup));
    looked_up_ = std::make_unique<LoopEvent>(base_, lookup_->done->fd(), EV_READ | EV_PERSIST,
                                             [this] { OnLookedUp(); });
    looked_up_->Add();
  }
  const MutexLock lock(lookup_->mutex);
  if (lookup_->is_running) return absl::OkStatus();  // What it finds is as good.
  try {
    std::thread([lookup = lookup_, host = address_.host, port = address_.port] {
      Addresses found = LookUp(host, port, /*flags=*/0);
      {
        const MutexLock lock(lookup->mutex);
        lookup->result = std::move(found);
        lookup->is_running = false;
      }
      lookup->done->Signal();
    }).detach();
  } catch (const std::system_error& error) {
    return absl::UnavailableError(absl::StrCat("no thread to look its name up: ", error.what()));
  }
  lookup_->is_running = true;
  return absl::OkStatus();
}

void Resolver::Cancel() { done_ = nullptr; }

void Resolver::OnLookedUp() {
  lookup_->done->Clear();
  std::optional<Addresses> result;
  {
    const MutexLock lock(lookup_->mutex);
    result.swap(lookup_->result);
  }
  if (!result.has_value() || !done_) return;
  std::exchange(done_, nullptr)(*std::move(result));
}

}  // namespace cachestore::redis
