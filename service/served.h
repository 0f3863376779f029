// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SERVED_H_
#define SERVICE_SERVED_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/access/access_control.h"
#include "service/flags.h"
#include "service/namespaces.h"
#include "service/periodic_timer.h"
#include "service/tls/tls_source.h"
#include "stores/cache_store.h"
#include "stores/event_log.h"

namespace cachestore {

// What a server needs beside its options: what there is to serve, to whom, and with which
// certificate. Must outlive the server; destroyed from the last to the first.
struct Served {
  // Makes what the settings ask for. INVALID_ARGUMENT, in one line, names the setting that is
  // wrong.
  static absl::StatusOr<Served> Create(const ServerSettings& settings, const EventLog& log);

  std::unique_ptr<CacheStore> only = nullptr;  // Null with access control.
  std::unique_ptr<Namespaces> stores = nullptr;
  std::unique_ptr<AccessControl> access = nullptr;  // Null: everybody.
  std::unique_ptr<TlsSource> tls = nullptr;         // Null: in the clear.

  // Where the storage is, as messages may show it; empty of a backend that has none.
  std::string storage_url = {};

  // Looks at the files of both once a second; null without any.
  std::unique_ptr<PeriodicTimer> reload = nullptr;
};

}  // namespace cachestore

#endif  // SERVICE_SERVED_H_
