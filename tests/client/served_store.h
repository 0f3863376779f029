// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_SERVED_STORE_H_
#define TESTS_CLIENT_SERVED_STORE_H_

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "service/server.h"
#include "stores/cache_store.h"
#include "stores/limits.h"

namespace cachestore {

// A store behind a service, and the client of that service: a server in this process, on a port of
// its own.
class ServedStore {
 public:
  // `backend` must outlive this.
  ServedStore(CacheStore& backend, const Limits& limits, TransportKind transport,
              const std::optional<Coalescing>& coalescing = {})
      : server_(Server::Start({.transport = transport,
                               .listen = {"127.0.0.1:0"},
                               .max_key_bytes = limits.max_key_bytes,
                               .max_value_bytes = limits.max_value_bytes,
                               .max_batch_keys = limits.max_batch_keys},
                              backend, [] {})
                    .value()),
        client_(
            RemoteCacheStore::Create({.url = absl::StrCat("grpc://", server_->addresses().front()),
                                      .default_timeout = absl::Minutes(1),
                                      .coalescing = coalescing})
                .value()) {}

  CacheStore& client() { return *client_; }
  void DestroyClient() { client_.reset(); }

 private:
  const std::unique_ptr<Server> server_;
  std::unique_ptr<CacheStore> client_;
};

}  // namespace cachestore

#endif  // TESTS_CLIENT_SERVED_STORE_H_
