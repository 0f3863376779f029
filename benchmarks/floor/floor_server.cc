// SPDX-License-Identifier: Apache-2.0

// floor_server: what gRPC itself costs. Serves cachestore.v1.CacheStore without a cache, by the one
// of gRPC's server APIs that is asked for, until SIGTERM. Says on stderr where it serves, as
// cache_server does.
#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "benchmarks/floor/async_floor.h"
#include "benchmarks/floor/callback_floor.h"
#include "benchmarks/floor/floor.h"

namespace cachestore {
namespace {

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // As cache_server does.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  std::string api = "raw_async";
  size_t threads = std::max(1U, std::thread::hardware_concurrency());
  size_t value_bytes = 0;
  const std::map<std::string, std::function<std::unique_ptr<Floor>()>> floors = {
      {"async", [&] { return TypedAsyncFloor(threads); }},
      {"raw_async", [&] { return RawAsyncFloor(threads, value_bytes); }},
      {"callback", [] { return CallbackFloor(); }},
      {"callback_arena", [] { return ArenaCallbackFloor(); }},
  };
  CLI::App app("A gRPC server that answers the calls of a cache and does nothing.", "floor_server");
  app.add_option("--api", api, "Which of gRPC's server APIs it stands on.")
      ->check(CLI::IsMember(floors));
  app.add_option("--threads", threads, "Completion queues and threads; of async and raw_async.")
      ->check(CLI::PositiveNumber);
  app.add_option(
      "--value_bytes", value_bytes,
      "The size of the value that a Get is answered with, that of the load's first key; of "
      "raw_async.");
  CLI11_PARSE(app, argc, argv);

  const std::unique_ptr<Floor> floor = floors.at(api)();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.SetMaxReceiveMessageSize(-1);
  floor->AddTo(builder);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::cerr << "floor_server: gRPC could not start\n";
    return EXIT_FAILURE;
  }
  floor->Serve();
  std::cerr << "floor_server " + api + " serving on 127.0.0.1:" + std::to_string(port) + "\n";

  int signal = 0;
  sigwait(&stop_signals, &signal);
  server->Shutdown(std::chrono::system_clock::now());
  floor->Stop();
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
