// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_FLAGS_H_
#define SERVICE_FLAGS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/server.h"
#include "stores/settings.h"

namespace cachestore {

// All that the command line and the environment say to cache_server.
struct ServerSettings {
  CacheSettings cache;
  ServerOptions server;

  // The path of the file that says who may call; nullopt: everybody.
  std::optional<std::string> auth_file;

  // If set, what to print instead of serving: the answer to --help or --version.
  std::optional<std::string> answer;
};

// Reads flags first, then `environment`, then defaults. INVALID_ARGUMENT, in one line, names the
// setting, what it got and what it takes.
absl::StatusOr<ServerSettings> ReadSettings(int argc, const char* const* argv,
                                            const SettingSource& environment);

}  // namespace cachestore

#endif  // SERVICE_FLAGS_H_
