// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SERVER_H_
#define SERVICE_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/admin.pb.h"
#include "service/access/access_control.h"
#include "service/door/door.h"
#include "service/door/method.h"
#include "service/health_monitor.h"
#include "service/log/call_log.h"
#include "service/metrics/stats_source.h"
#include "service/namespaces.h"
#include "service/readiness.h"
#include "service/tls/tls_source.h"
#include "service/transports/connection_counts.h"
#include "service/transports/transport.h"
#include "stores/cache_options.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"

namespace cachestore {

// What carries calls to the server; see docs/transports.md.
enum class TransportKind {
  kGrpc,   // gRPC C++.
  kHttp2,  // This project's own, over nghttp2.
};

struct ServerOptions {
  TransportKind transport = TransportKind::kGrpc;

  // Each host:port (port 0: any that is free), [IPv6]:port or unix:PATH.
  std::vector<std::string> listen = {"127.0.0.1:50051"};

  // Serves over TLS alone, with what this has when a connection begins, and if that asks for
  // certificates, whoever shows none is served health and reflection alone, unless access control
  // knows it otherwise. Null: in the clear. Must outlive the server.
  const TlsSource* tls = nullptr;

  // What the files of unix sockets let whom do, as chmod(2) has it.
  unsigned unix_socket_mode = 0600;

  // Where health alone is served, in the clear and over http2, to probes that cannot do TLS:
  // addresses as above.
  std::vector<std::string> health_listen = {};

  // Whether calls from a loopback address may be those of other machines, by a proxy: operators use
  // a unix socket then, or access control.
  bool distrusts_loopback = false;

  // Whether callers may ask which methods there are.
  bool reflection = true;

  // What stands behind the store, for those who ask for figures: memory, redis or none.
  std::string backend = "memory";

  // Where calls are logged, by its own choice; must outlive the server. Null: nowhere.
  CallLog* call_log = nullptr;

  // Whether calls are counted and timed, which costs each some tens of nanoseconds.
  bool measures_calls = true;

  // How many threads answer calls; 0: one for each core that this process may use.
  size_t threads = 0;

  // How many connections there may be at a time, over http2; those that come then are hung up on.
  size_t max_connections = 16'384;

  // How long a connection may last, over http2, before its peer is sent elsewhere.
  absl::Duration max_connection_age = absl::InfiniteDuration();

  // The store's limits, from which the largest message follows, and the largest of a batch.
  size_t max_key_bytes = 1024;
  size_t max_value_bytes = 1024 * 1024;
  size_t max_batch_keys = kDefaultMaxBatchKeys;
  size_t max_batch_bytes = kDefaultMaxBatchBytes;

  // How long a draining server keeps accepting calls after readiness has ended: for load balancers
  // that take their time to notice.
  absl::Duration drain_delay = absl::ZeroDuration();

  // How long calls in flight may then take to end.
  absl::Duration drain_timeout = absl::Seconds(10);

  // How often the store is pinged; readiness follows the backend within one of these.
  absl::Duration health_interval = absl::Seconds(1);
};

// A cache service: a store behind the services for single keys, batches and counters, with health
// and reflection, on all transports.
// Destroying it drains it without delay. Thread-safe, except that one thread alone drains and
// destroys.
class Server {
 public:
  // Serves `store`, which must outlive the server, to everybody, from now on. `on_close` is run, on
  // a thread of the server, when an operator calls the Close RPC; it should bring about Drain().
  //   INVALID_ARGUMENT, UNAVAILABLE  an address is wrong or cannot be had
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       CacheStore& store,
                                                       std::function<void()> on_close);

  // The same with a store for each namespace, for those whom `access` knows. Both must outlive the
  // server. Without `access`, `stores` has one store alone.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       Namespaces& stores,
                                                       const AccessControl* access,
                                                       std::function<void()> on_close);

  // Whether it should be sent calls; to be asked, and observed.
  const Readiness& readiness() const { return readiness_; }

  // What it serves.
  const MethodTable& methods() const { return door_.methods(); }

  const std::vector<std::string>& addresses() const { return transport_->addresses(); }

  // Those of health_listen.
  std::vector<std::string> health_addresses() const;

  // Not ready from now on; accepts calls for drain_delay more; then ends every stream, refuses new
  // calls, and lets those in flight end within drain_timeout. Blocks. True if all of them were
  // answered. Once.
  bool Drain();

  const CallCounts& counts() const { return door_.counts(); }

  // What it counts of itself.
  const StatsSource& stats() const { return stats_; }

 private:
  // `only` owns `stores`, or is null.
  Server(const ServerOptions& options, std::unique_ptr<Namespaces> only, Namespaces& stores,
         const AccessControl* access, std::function<void()> on_close);

  static absl::StatusOr<std::unique_ptr<Server>> Listen(std::unique_ptr<Server> server);

  std::vector<std::string> AcceptingAt() const ABSL_LOCKS_EXCLUDED(mutex_);
  v1::ConnectionStats ConnectionsNow() const;

  const ServerOptions options_;
  const std::unique_ptr<Namespaces> only_;
  const std::shared_ptr<ConnectionCounts> connections_ = std::make_shared<ConnectionCounts>();
  mutable Mutex mutex_;
  std::vector<std::string> accepting_at_ ABSL_GUARDED_BY(mutex_);  // As soon as it does.
  Readiness readiness_;
  Door door_;
  Door health_door_;
  HealthMonitor health_monitor_;
  StatsSource stats_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Transport> health_transport_;  // Null without health_listen.
};

}  // namespace cachestore

#endif  // SERVICE_SERVER_H_
