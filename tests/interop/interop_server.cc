// SPDX-License-Identifier: Apache-2.0

// interop_server: gRPC's test service on one of the transports, for gRPC's interop clients. Says
// where it serves, and drains when it is told to stop.
#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "service/door/door.h"
#include "service/transports/grpc/grpc_transport.h"
#include "service/transports/http2/http2_transport.h"
#include "service/transports/transport.h"
#include "tests/interop/test_service.h"

namespace cachestore {
namespace {

absl::StatusOr<std::unique_ptr<Transport>> Start(const std::string& transport,
                                                 const TransportOptions& options, Door& door) {
  if (transport == "grpc") return GrpcTransport::Start(options, door);
  // A streamed message may take half of its stream's window, and Java streams one of 271842 bytes.
  return Http2Transport::Start(options, door,
                               {.session = {.stream_window_bytes = uint32_t{1} << 20}});
}

int Main(int argc, char** argv) {
  std::string transport_name = "http2";
  TransportOptions options = {
      .listen = {"127.0.0.1:0"}, .threads = 2, .max_receive_bytes = size_t{16} << 20};
  CLI::App app("gRPC's test service, for gRPC's interop clients.", "interop_server");
  app.add_option("--transport", transport_name, "What carries calls.")
      ->check(CLI::IsMember({"http2", "grpc"}));
  app.add_option("--listen", options.listen, "Where to listen.");
  CLI11_PARSE(app, argc, argv);

  // Blocked before any thread is started, so that only sigwait gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Door door(TestServiceMethods());
  const auto transport = Start(transport_name, options, door);
  if (!transport.ok()) {
    std::cerr << "interop_server: " << transport.status().message() << "\n";
    return EXIT_FAILURE;
  }
  std::cerr << "interop_server serving on " << absl::StrJoin((*transport)->addresses(), ", ")
            << "\n";
  int signal = 0;
  sigwait(&signals, &signal);
  return (*transport)->Drain(absl::Seconds(10)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
