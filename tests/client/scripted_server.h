// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_SCRIPTED_SERVER_H_
#define TESTS_CLIENT_SCRIPTED_SERVER_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "stores/mutex.h"

namespace cachestore {

// A real gRPC server, on a port of its own, that answers as a script says.
class ScriptedServer {
 public:
  struct Answer {
    grpc::Status status;
    absl::Cord message = {};  // Sent with OK alone.
  };

  // What the `attempt`th call of a method, from 1, gets: an answer, or none until the caller gives
  // up. `method` is its last name: Get. Thread-safe.
  using Script = std::function<std::optional<Answer>(const std::string& method, int attempt)>;

  explicit ScriptedServer(Script script);
  // Ends what is in flight with CANCELLED.
  ~ScriptedServer();

  std::string url() const { return "grpc://127.0.0.1:" + std::to_string(port_); }
  int Attempts(const std::string& method);

  // Returns when that many calls of the method have arrived.
  void AwaitAttempts(const std::string& method, int attempts);

  // Ends what is in flight with CANCELLED, and serves no more.
  void Shutdown();

 private:
  class Call;
  class Service;

  std::optional<Answer> NextAnswer(const std::string& path);

  const Script script_;
  Mutex mutex_;
  CondVar changed_;
  std::map<std::string, int> attempts_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Service> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace cachestore

#endif  // TESTS_CLIENT_SCRIPTED_SERVER_H_
