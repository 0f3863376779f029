// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_GRPC_TRANSPORT_H_
#define SERVICE_TRANSPORTS_GRPC_GRPC_TRANSPORT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/door/door.h"
#include "service/transports/grpc/raw_service.h"
#include "service/transports/grpc/server_queue.h"
#include "service/transports/grpc/stream_call.h"
#include "service/transports/grpc/unary_acceptor.h"
#include "service/transports/transport.h"
#include "stores/call_gate.h"
#include "stores/mutex.h"

namespace cachestore {

// Serves a door's methods over gRPC C++: one completion queue and one thread a core, none of which
// ever waits for anything but its queue.
class GrpcTransport final : public Transport {
 public:
  // Listens, and answers calls from now on. `door` must outlive the transport. UNAVAILABLE names
  // the address that cannot be had, and why.
  static absl::StatusOr<std::unique_ptr<GrpcTransport>> Start(const TransportOptions& options,
                                                              Door& door);

  ~GrpcTransport() override;

  const std::vector<std::string>& addresses() const override { return addresses_; }
  bool Drain(absl::Duration timeout) override;

 private:
  explicit GrpcTransport(Door& door) : door_(door), service_(door.methods()) {}

  absl::Status Listen(const TransportOptions& options);
  void Serve();
  void Remember(const std::shared_ptr<StreamCall>& stream) ABSL_LOCKS_EXCLUDED(mutex_);
  void EndStreams() ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until `condition`, one of those guarded by mutex_, is true: whether it is by `deadline`.
  bool AwaitUntil(std::chrono::steady_clock::time_point deadline, bool GrpcTransport::*condition)
      ABSL_LOCKS_EXCLUDED(mutex_);

  Door& door_;
  RawService service_;
  std::vector<std::string> addresses_;
  std::vector<std::unique_ptr<ServerQueue>> queues_;
  std::deque<UnaryAcceptor> acceptors_;  // Of each unary method, on each queue.
  std::vector<std::shared_ptr<grpc::ServerCredentials>> credentials_;  // Of each address.
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::thread> threads_;
  bool drained_ = false;  // Drain() was called; only the owner's thread looks.
  CallGate posted_;       // Holds every call from its posting to its end: whatever uses a queue.

  Mutex mutex_;
  CondVar changed_;
  bool empty_ ABSL_GUARDED_BY(mutex_) = false;        // The last call that was let in is gone.
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;    // So is the last connection.
  bool none_posted_ ABSL_GUARDED_BY(mutex_) = false;  // So is the last call that was posted.
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<StreamCall>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_GRPC_TRANSPORT_H_
