// SPDX-License-Identifier: Apache-2.0

// A light generator of load for the benchmarks, the same for a cache service and a Redis: repeats
// one kind of call, at a fixed rate or with a fixed number in flight; checks every byte of every
// answer, and prints what it measured as one line of JSON. Calls that are answered
// RESOURCE_EXHAUSTED are counted apart. Hits are those of what it has set
// itself, or load_client --prefill.
//
//   wire_client --protocol grpc --port 50051 --op get --rate 50000
//   wire_client --protocol resp --port 6379 --op set --value_bytes 1048576 --in_flight 2
#include <CLI/CLI.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "benchmarks/load/call_connection.h"
#include "benchmarks/load/call_loop.h"
#include "benchmarks/load/call_script.h"
#include "benchmarks/load/grpc_protocol.h"
#include "benchmarks/load/load_result.h"
#include "benchmarks/load/resp_protocol.h"
#include "benchmarks/load/tls_protocol.h"

namespace cachestore {
namespace {

const std::map<std::string, ScriptedOperation> kOperations = {
    {"get", ScriptedOperation::kGet},
    {"set", ScriptedOperation::kSet},
    {"batch_get", ScriptedOperation::kBatchGet},
    {"batch_set", ScriptedOperation::kBatchSet},
};

struct Flags {
  std::string protocol;
  uint16_t port = 0;
  std::string operation = "get";
  std::optional<double> rate;
  size_t in_flight = 1;
  int connections = 16;
  ScriptOptions script;
  bool is_over_tls = false;
  std::string certificate_file;
  std::string key_file;
  std::string token_file;
  double seconds = 5;
  double warmup_seconds = 1;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--protocol", flags.protocol, "grpc: a cache service; resp: a Redis")
      ->required()
      ->check(CLI::IsMember({"grpc", "resp"}));
  app.add_option("--port", flags.port, "of this machine")->required();
  app.add_option("--op", flags.operation, "what is called; a batch has 100 entries")
      ->check(CLI::IsMember(kOperations));
  CLI::Option* const rate =
      app.add_option("--rate", flags.rate,
                     "so many calls begin in a second, at equal intervals; their latency counts "
                     "from when they were due")
          ->check(CLI::PositiveNumber);
  app.add_option("--in_flight", flags.in_flight, "without --rate: on each connection, at all times")
      ->check(CLI::PositiveNumber)
      ->excludes(rate);
  app.add_option("--connections", flags.connections, "which take turns")
      ->check(CLI::PositiveNumber);
  app.add_option("--keys", flags.script.keys, "how many keys there are, of 15 bytes each")
      ->check(CLI::PositiveNumber);
  app.add_option("--value_bytes", flags.script.value_bytes, "how large a value is");
  app.add_flag("--tls", flags.is_over_tls, "call over TLS; the server is not verified");
  app.add_option("--tls_cert_file", flags.certificate_file, "PEM: the certificate to show");
  app.add_option("--tls_key_file", flags.key_file, "PEM: the key of that certificate");
  app.add_option("--token_file", flags.token_file, "of grpc: holds the token to send");
  app.add_option("--seconds", flags.seconds, "how long to measure");
  app.add_option("--warmup_seconds", flags.warmup_seconds, "how long to call before that");
}

// What the calls of all connections go by.
struct Way {
  const std::string& protocol;
  const CallScript& script;
  const std::string& authorization;
  SSL_CTX* tls;  // Null: in the clear.
};

std::unique_ptr<CallProtocol> NewProtocol(const Way& way, CallObserver& observer) {
  std::unique_ptr<CallProtocol> protocol;
  if (way.protocol == "resp") {
    protocol = std::make_unique<RespProtocol>(way.script, observer);
  } else {
    protocol = std::make_unique<GrpcProtocol>(way.script, way.authorization, observer);
  }
  if (way.tls == nullptr) return protocol;
  return std::make_unique<TlsProtocol>(*way.tls, std::move(protocol));
}

// As metadata of a call has it; empty without a file.
std::string AuthorizationOf(const std::string& token_file) {
  std::string token;
  std::ifstream(token_file) >> token;
  return token.empty() ? "" : "Bearer " + token;
}

absl::Status Run(Flags flags) {
  flags.script.operation = kOperations.at(flags.operation);
  const CallScript script =
      flags.protocol == "resp" ? RespScript(flags.script) : GrpcScript(flags.script);
  const std::string authorization = AuthorizationOf(flags.token_file);
  const absl::StatusOr<ClientContext> tls =
      CreateClientContext(flags.certificate_file, flags.key_file);
  if (!tls.ok()) return tls.status();
  const Way way = {.protocol = flags.protocol,
                   .script = script,
                   .authorization = authorization,
                   .tls = flags.is_over_tls ? tls->get() : nullptr};
  const auto load = CallLoop::Create({.calls_per_second = flags.rate,
                                      .in_flight = flags.in_flight,
                                      .exchanges = script.exchanges.size()});
  if (!load.ok()) return load.status();
  for (int i = 0; i < flags.connections; ++i) {
    auto connection = CallConnection::Connect(flags.port, NewProtocol(way, **load));
    if (!connection.ok()) return connection.status();
    if (absl::Status status = (*load)->Add(*std::move(connection)); !status.ok()) return status;
  }
  const LoadResult result =
      (*load)->Run(absl::Seconds(flags.warmup_seconds), absl::Seconds(flags.seconds));
  if (!(*load)->error().empty()) {
    absl::FPrintF(stderr, "wire_client: %s\n", (*load)->error());
  }
  const std::string pace = flags.rate ? absl::StrFormat(R"("rate":%g)", *flags.rate)
                                      : absl::StrFormat(R"("in_flight":%d)", flags.in_flight);
  const std::string how = absl::StrFormat(
      R"("protocol":"%s","op":"%s",%s,"connections":%d,"value_bytes":%d,"keys":%d)", flags.protocol,
      flags.operation, pace, flags.connections, flags.script.value_bytes, flags.script.keys);
  absl::PrintF("%s\n", ToJson(result, how));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Repeats calls, checks the answers, and prints rate and latencies as JSON.");
  Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  if (const absl::Status status = Run(flags); !status.ok()) {
    absl::FPrintF(stderr, "wire_client: %s\n", status.ToString());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
