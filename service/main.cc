// SPDX-License-Identifier: Apache-2.0

// cache_server: reads its settings, owns the store and the server over it, and drains both in that
// order when it is told to stop.
#include <grpcpp/grpcpp.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "service/descriptor_limit.h"
#include "service/flags.h"
#include "service/metrics/http_listener.h"
#include "service/metrics/metrics_pages.h"
#include "service/served.h"
#include "service/server.h"
#include "stores/version.h"

namespace cachestore {
namespace {

constexpr int kUsageError = 2;

void Log(const std::string& line) { std::cerr << absl::StrCat(line, "\n") << std::flush; }

void LogOfServer(absl::string_view line) { Log(absl::StrCat("cache_server: ", line)); }

std::string Describe(const ServerSettings& server) {
  const CacheSettings& settings = server.cache;
  std::string text = absl::StrCat("backend ", BackendName(settings.backend));
  if (settings.backend == Backend::kMemory) {
    absl::StrAppend(&text, ", max_entries ", settings.max_entries, ", max_bytes ",
                    settings.max_bytes);
  } else if (settings.backend == Backend::kRedis) {
    absl::StrAppend(&text, ", key_prefix ", settings.key_prefix, ", redis_timeout ",
                    absl::FormatDuration(settings.redis.timeout));
  }
  absl::StrAppend(&text, ", max_key_bytes ", settings.limits.max_key_bytes, ", max_value_bytes ",
                  settings.limits.max_value_bytes, ", max_batch_keys ",
                  settings.limits.max_batch_keys, ", max_batch_bytes ", settings.max_batch_bytes,
                  ", default_ttl ", absl::FormatDuration(settings.limits.default_ttl), ", max_ttl ",
                  absl::FormatDuration(settings.limits.max_ttl));
  if (!server.auth_file.empty()) {
    absl::StrAppend(&text, ", for those in auth_file ", server.auth_file);
  }
  return text;
}

// What operators should know of where it listens.
void WarnOfExposure(const ServerSettings& settings) {
  for (const std::string& address : UnprotectedAddresses(settings)) {
    LogOfServer(absl::StrCat("warning: other machines reach ", address,
                             ", and insecure_listen lets them in unprotected"));
  }
  if (settings.server.transport != TransportKind::kGrpc ||
      settings.tls.requires_client_certificate) {
    return;
  }
  for (const std::string& address : ExposedAddresses(settings.server)) {
    LogOfServer(absl::StrCat(
        "warning: other machines reach ", address, " over gRPC ", grpc::Version(),
        ", which floods of HTTP/2 can stop; use transport http2 or tls_require_client_cert where "
        "they are not trusted (docs/security.md)"));
  }
}

// `limit` is how many this process may have.
void WarnOfDescriptors(const ServerOptions& options, size_t limit) {
  constexpr size_t kOthers = 256;  // For listening, probes, stores and libraries.
  const bool knows_bound = options.transport == TransportKind::kHttp2;
  if (!knows_bound || limit >= options.max_connections + kOthers) return;
  LogOfServer(absl::StrCat("warning: this process may have ", limit, " descriptors, too few for ",
                           "max_connections ", options.max_connections,
                           "; raise its limit (ulimit -n, LimitNOFILE) or lower that"));
}

// The signals that end the server. Blocked before any thread is started, so that only Wait gets
// them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  // Blocks until one arrives. Those that follow change nothing: the drain has its own limit.
  std::string Wait() {
    int signal = 0;
    sigwait(&signals_, &signal);
    return strsignal(signal);
  }

 private:
  sigset_t signals_;
};

int Main(int argc, char** argv) {
  // Debian builds Abseil with its checks on; for each lock that gRPC takes this one searches a
  // graph, a twentieth of what a call costs.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // gRPC logs what it also returns as errors.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  StopSignals stop_signals;
  // Who reads the log may go.
  std::signal(SIGPIPE, SIG_IGN);

  const absl::StatusOr<ServerSettings> settings = ReadSettings(argc, argv, ProcessEnvironment());
  if (!settings.ok()) {
    Log(absl::StrCat("cache_server: ", settings.status().message()));
    return kUsageError;
  }
  if (settings->answer.has_value()) {
    std::cout << *settings->answer;
    return EXIT_SUCCESS;
  }

  WarnOfExposure(*settings);
  WarnOfDescriptors(settings->server, RaiseDescriptorLimit());
  const absl::StatusOr<Served> served = Served::Create(*settings, LogOfServer);
  if (!served.ok()) {
    Log(absl::StrCat("cache_server: ", served.status().message()));
    return kUsageError;
  }
  ServerOptions options = settings->server;
  options.tls = served->tls.get();
  std::atomic<bool> close_called = false;
  const auto on_close = [&close_called] {
    close_called.store(true);
    kill(getpid(), SIGTERM);
  };
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, *served->stores, served->access.get(), on_close);
  if (!server.ok()) {
    Log(absl::StrCat("cache_server: ", server.status().message()));
    return EXIT_FAILURE;
  }
  Log(absl::StrCat("cache_server ", kVersion, " serving on ",
                   absl::StrJoin((*server)->addresses(), ", "), "; ", Describe(*settings)));
  if (const auto health = (*server)->health_addresses(); !health.empty()) {
    LogOfServer(absl::StrCat("health alone on ", absl::StrJoin(health, ", ")));
  }

  std::unique_ptr<HttpListener> metrics;
  if (!settings->metrics_listen.empty()) {
    auto listener =
        HttpListener::Start(settings->metrics_listen, MetricsPages(**server, *served->stores));
    if (!listener.ok()) {
      LogOfServer(absl::StrCat("metrics_listen: ", listener.status().message()));
      return EXIT_FAILURE;
    }
    metrics = *std::move(listener);
    LogOfServer(absl::StrCat("metrics on http://", metrics->address(), "/metrics"));
  }

  const std::string signal = stop_signals.Wait();
  Log(absl::StrCat("cache_server draining: ", close_called.load() ? "Close was called" : signal));
  const bool answered_all = (*server)->Drain();
  const CallCounts& counts = (*server)->counts();
  const std::string result =
      absl::StrCat(counts.started.load(), " calls started, ", counts.finished.load(), " finished, ",
                   counts.in_error.load(), " in error");
  if (!answered_all) {
    // The store still owes callbacks, which nothing here may be destroyed before.
    Log(absl::StrCat("cache_server stopped at drain_timeout: ", result));
    _exit(EXIT_FAILURE);
  }
  metrics.reset();
  server->reset();
  const absl::Status closed = served->stores->Close();
  Log(absl::StrCat("cache_server stopped: ", result));
  return closed.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace cachestore

int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
