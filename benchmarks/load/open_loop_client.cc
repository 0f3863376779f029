// SPDX-License-Identifier: Apache-2.0

// A light open loop, for the benchmarks: gets the values that load_client --prefill stores, or
// those that a Redis has under the same keys, at a fixed rate; checks every answer, and prints what
// it measured as one line of JSON.
//
//   open_loop_client --protocol grpc --port 50051 --rate 50000
//   open_loop_client --protocol resp --port 6379 --rate 50000
#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "benchmarks/load/call_connection.h"
#include "benchmarks/load/fixed_rate.h"
#include "benchmarks/load/grpc_protocol.h"
#include "benchmarks/load/load_result.h"
#include "benchmarks/load/resp_protocol.h"
#include "benchmarks/load/workload.h"

namespace cachestore {
namespace {

struct Flags {
  std::string protocol;
  uint16_t port = 0;
  double rate = 0;
  int connections = 16;
  size_t keys = 1'000;
  size_t value_bytes = 64;
  double seconds = 5;
  double warmup_seconds = 1;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--protocol", flags.protocol, "grpc: a cache service; resp: a Redis")
      ->required()
      ->check(CLI::IsMember({"grpc", "resp"}));
  app.add_option("--port", flags.port, "of this machine")->required();
  app.add_option("--rate", flags.rate,
                 "so many calls begin in a second, at equal intervals; their latency counts from "
                 "when they were due")
      ->required()
      ->check(CLI::PositiveNumber);
  app.add_option("--connections", flags.connections, "which take turns")
      ->check(CLI::PositiveNumber);
  app.add_option("--keys", flags.keys, "how many keys there are, of 15 bytes each")
      ->check(CLI::PositiveNumber);
  app.add_option("--value_bytes", flags.value_bytes, "how large a value is");
  app.add_option("--seconds", flags.seconds, "how long to measure");
  app.add_option("--warmup_seconds", flags.warmup_seconds, "how long to call before that");
}

std::unique_ptr<CallProtocol> NewProtocol(const std::string& name, const Workload& workload,
                                          CallObserver& observer) {
  if (name == "resp") return std::make_unique<RespProtocol>(workload, observer);
  return std::make_unique<GrpcProtocol>(workload, observer);
}

absl::Status Run(const Flags& flags) {
  const Workload workload(LoadOperation::kGetHit, flags.keys, flags.value_bytes);
  const auto load = FixedRate::Create({.calls_per_second = flags.rate, .keys = flags.keys});
  if (!load.ok()) return load.status();
  for (int i = 0; i < flags.connections; ++i) {
    auto connection =
        CallConnection::Connect(flags.port, NewProtocol(flags.protocol, workload, **load));
    if (!connection.ok()) return connection.status();
    if (absl::Status status = (*load)->Add(*std::move(connection)); !status.ok()) return status;
  }
  const LoadResult result =
      (*load)->Run(absl::Seconds(flags.warmup_seconds), absl::Seconds(flags.seconds));
  if (!(*load)->error().empty()) {
    absl::FPrintF(stderr, "open_loop_client: %s\n", (*load)->error());
  }
  const std::string how =
      absl::StrFormat(R"("protocol":"%s","rate":%g,"connections":%d,"value_bytes":%d,"keys":%d)",
                      flags.protocol, flags.rate, flags.connections, flags.value_bytes, flags.keys);
  absl::PrintF("%s\n", ToJson(result, how));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Gets values at a fixed rate, checks the answers, and prints latencies as JSON.");
  Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  if (const absl::Status status = Run(flags); !status.ok()) {
    absl::FPrintF(stderr, "open_loop_client: %s\n", status.ToString());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
