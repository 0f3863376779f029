// SPDX-License-Identifier: Apache-2.0

// cachectl: a cache service from the command line.
#include <csignal>
#include <cstdlib>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/command_line.h"
#include "client/command_line/exit_code.h"
#include "client/command_line/options.h"
#include "client/remote_cache_store.h"

namespace cachestore {
namespace {

ExitCode Main(int argc, char** argv) {
  // Who reads our output may go; then writing fails, which is reported.
  std::signal(SIGPIPE, SIG_IGN);
  // gRPC's lines about a failed handshake, three for each attempt, would stand around the one that
  // says what to do.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const std::variant<Invocation, LocalCommand, ExitCode> parsed = ParseCommandLine(argc, argv);
  if (const auto* const code = std::get_if<ExitCode>(&parsed)) return *code;
  if (const auto* const run_here = std::get_if<LocalCommand>(&parsed)) return (*run_here)();
  const auto& [target, run, refuse] = std::get<Invocation>(parsed);
  const auto store = RemoteCacheStore::Create({.url = target.url,
                                               .tls = target.tls,
                                               .token = target.token,
                                               .insecure_token = target.insecure_token,
                                               .default_timeout = target.timeout});
  if (!store.ok()) {
    return refuse(absl::Status(store.status().code(),
                               absl::StrCat(target.source, ": ", store.status().message())));
  }
  return run(**store, target);
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return static_cast<int>(cachestore::Main(argc, argv)); }
