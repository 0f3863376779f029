// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_FLAGS_H_
#define SERVICE_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/log/call_log.h"
#include "service/log/log.h"
#include "service/server.h"
#include "service/tls/tls_files.h"
#include "stores/settings.h"

namespace cachestore {

// All that the command line and the environment say to cache_server.
struct ServerSettings {
  CacheSettings cache;
  ServerOptions server;

  // The path of the file that says who may call. Empty: everybody.
  std::string auth_file = {};

  // What it shows of itself, and asks of its callers, in a handshake.
  TlsFiles tls = {};

  // Where metrics are served, over HTTP and in the clear: host:port; empty: nowhere.
  std::string metrics_listen;

  // What is logged, and how.
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  CallLog::Options call_log = {.slow = absl::Seconds(1)};

  // Whether calls are to be logged at all.
  bool logs_calls() const {
    return call_log.slow != absl::InfiniteDuration() || call_log.share > 0;
  }

  // Whether other machines may reach it without encryption or without access control.
  bool insecure_listen = false;

  // If set, what to print instead of serving: the answer to --help or --version.
  std::optional<std::string> answer;
};

// The addresses to listen on that other machines reach.
std::vector<std::string> ExposedAddresses(const ServerOptions& options);

// Those of them where anybody may call, or read along.
std::vector<std::string> UnprotectedAddresses(const ServerSettings& settings);

// Reads flags first, then `environment`, then defaults. INVALID_ARGUMENT, in one line, names the
// setting, what it got and what it takes; or that it would be open to other machines, and how to
// protect it.
absl::StatusOr<ServerSettings> ReadSettings(int argc, const char* const* argv,
                                            const SettingSource& environment);

}  // namespace cachestore

#endif  // SERVICE_FLAGS_H_
