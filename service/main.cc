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
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "service/descriptor_limit.h"
#include "service/flags.h"
#include "service/log/call_log.h"
#include "service/log/log.h"
#include "service/memory_limit.h"
#include "service/metrics/http_listener.h"
#include "service/metrics/metrics_pages.h"
#include "service/metrics/number_text.h"
#include "service/namespaces.h"
#include "service/readiness_log.h"
#include "service/served.h"
#include "service/server.h"
#include "service/service_manager.h"
#include "service/settings_text.h"
#include "service/transports/listen_address.h"
#include "stores/event_log.h"
#include "stores/version.h"

namespace cachestore {
namespace {

constexpr int kUsageError = 2;

// name text, name text
std::string Joined(const SettingTexts& settings) {
  return absl::StrJoin(settings, ", ", absl::PairFormatter(" "));
}

// Null where nobody asked for it.
absl::StatusOr<std::unique_ptr<HttpListener>> ListenForMetrics(const ServerSettings& settings) {
  if (settings.metrics_listen.empty()) return nullptr;
  return HttpListener::Listen(settings.metrics_listen);
}

// Those that the status page shows: none where other machines may look.
std::optional<SettingTexts> PageSettings(const ServerSettings& settings,
                                         const std::string& storage_url) {
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(settings.metrics_listen);
  if (!address.ok() || !IsOfThisMachine(*address)) return std::nullopt;
  return TextsOf(settings, storage_url);
}

// What operators should know of where it listens.
void WarnOfExposure(const ServerSettings& settings, Log& log) {
  for (const std::string& address : UnprotectedAddresses(settings)) {
    log.Warning(absl::StrCat("other machines reach ", address,
                             ", and insecure_listen lets them in unprotected"));
  }
  if (settings.server.transport != TransportKind::kGrpc ||
      settings.tls.requires_client_certificate) {
    return;
  }
  for (const std::string& address : ExposedAddresses(settings.server)) {
    log.Warning(absl::StrCat(
        "other machines reach ", address, " over gRPC ", grpc::Version(),
        ", which floods of HTTP/2 can stop; use transport http2 or tls_require_client_cert where "
        "they are not trusted (docs/security.md)"));
  }
}

// `limit` is how many this process may have.
void WarnOfDescriptors(const ServerOptions& options, size_t limit, Log& log) {
  constexpr size_t kOthers = 256;  // For listening, probes, stores and libraries.
  const bool knows_bound = options.transport == TransportKind::kHttp2;
  if (!knows_bound || limit >= options.max_connections + kOthers) return;
  log.Warning(absl::StrCat("this process may have ", limit, " descriptors, too few for ",
                           "max_connections ", options.max_connections,
                           "; raise its limit (ulimit -n, LimitNOFILE) or lower that"));
}

// `limit` is how many bytes this process may have.
void WarnOfMemory(const Namespaces& stores, uint64_t limit, Log& log) {
  constexpr uint64_t kOthers = uint64_t{128} << 20;  // What is in flight (docs/operations.md).
  uint64_t entries = 0;
  size_t namespaces = 0;
  for (const CountedStats& served : stores.GetStats()) {
    if (!served.store.memory.has_value()) continue;
    entries += served.store.memory->max_bytes;
    ++namespaces;
  }
  if (entries == 0 || entries + entries / 10 + kOthers <= limit) return;
  log.Warning(absl::StrCat("entries may take ", BytesText(static_cast<double>(entries)),
                           " (max_bytes",
                           namespaces > 1 ? absl::StrCat(" of ", namespaces, " namespaces") : "",
                           "), and this process may have ", BytesText(static_cast<double>(limit)),
                           " for everything; lower max_bytes, or give it more memory"));
}

// A service manager that does not hear is no reason not to serve.
void LogUnlessTold(const absl::Status& told, Log& log) {
  if (!told.ok()) log.Warning(told.message());
}

// The longest that a drain and the end of the stores may take.
absl::Duration LongestStop(const ServerOptions& options) {
  return options.drain_delay + options.drain_timeout + absl::Seconds(10);
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
    Log(LogFormat::kText, LogLevel::kError).Error(settings.status().message());
    return kUsageError;
  }
  if (settings->answer.has_value()) {
    std::cout << *settings->answer;
    return EXIT_SUCCESS;
  }

  Log log(settings->log_format, settings->log_level);
  WarnOfExposure(*settings, log);
  WarnOfDescriptors(settings->server, RaiseDescriptorLimit(), log);
  const absl::StatusOr<Served> served =
      Served::Create(*settings, [&log](Severity severity, absl::string_view line) {
        if (severity == Severity::kWarning) return log.Warning(line);
        log.Info(line);
      });
  if (!served.ok()) {
    log.Error(served.status().message());
    return kUsageError;
  }
  WarnOfMemory(*served->stores, MemoryLimit(), log);
  ServerOptions options = settings->server;
  options.tls = served->tls.get();
  CallLog call_log(settings->call_log, [&log](const LogLine& line) { log.Write(line); });
  if (settings->logs_calls()) options.call_log = &call_log;
  std::atomic<bool> close_called = false;
  const auto on_close = [&close_called] {
    close_called.store(true);
    kill(getpid(), SIGTERM);
  };
  // Before anybody is served: what is wrong with it shall end nothing that has begun.
  absl::StatusOr<std::unique_ptr<HttpListener>> listener = ListenForMetrics(*settings);
  if (!listener.ok()) {
    log.Error(absl::StrCat("metrics_listen: ", listener.status().message()));
    return absl::IsUnavailable(listener.status()) ? EXIT_FAILURE : kUsageError;
  }
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, *served->stores, served->access.get(), on_close);
  if (!server.ok()) {
    log.Error(server.status().message());
    return EXIT_FAILURE;
  }
  const std::string serving =
      absl::StrCat("serving on ", absl::StrJoin((*server)->addresses(), ", "));
  log.Info(absl::StrCat(serving, "; version ", kVersion, ", ",
                        Joined(NotableTextsOf(*settings, served->storage_url))));
  if (const auto health = (*server)->health_addresses(); !health.empty()) {
    log.Info(absl::StrCat("health alone on ", absl::StrJoin(health, ", ")));
  }

  // Its pages ask the server: it goes first.
  std::unique_ptr<HttpListener> metrics = *std::move(listener);
  if (metrics != nullptr) {
    metrics->Serve(MetricsPages((*server)->stats(), PageSettings(*settings, served->storage_url)));
    log.Info(absl::StrCat("metrics on http://", metrics->address(), "/"));
  }

  auto readiness_log =
      ReadinessLog::Start((*server)->readiness(), [&log](const LogLine& line) { log.Write(line); });

  LogUnlessTold(TellServiceReady(serving), log);
  const std::string signal = stop_signals.Wait();
  const std::string draining =
      absl::StrCat("draining: ", close_called.load() ? "Close was called" : signal);
  readiness_log.reset();
  log.Info(draining);
  LogUnlessTold(TellServiceStopping(draining, LongestStop(options)), log);
  const bool answered_all = (*server)->Drain();
  const CallCounts& counts = (*server)->counts();
  const std::string result =
      absl::StrCat(counts.started.load(), " calls started, ", counts.finished.load(), " finished, ",
                   counts.in_error.load(), " in error");
  if (!answered_all) {
    // The store still owes callbacks, which nothing here may be destroyed before.
    log.Error(absl::StrCat("stopped at drain_timeout: ", result));
    _exit(EXIT_FAILURE);
  }
  metrics.reset();
  server->reset();
  const absl::Status closed = served->stores->Close();
  log.Info(absl::StrCat("stopped: ", result));
  return closed.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace cachestore

int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
