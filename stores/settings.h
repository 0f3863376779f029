// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_SETTINGS_H_
#define STORES_SETTINGS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "stores/cache_options.h"
#include "stores/limits.h"

namespace cachestore {

// What stands behind the interface.
enum class Backend {
  kNone,    // Nothing: caching is off.
  kMemory,  // This process.
  kRedis,   // A Redis, at the storage URL.
  kRemote,  // A shared cache service, at the storage URL. For applications only.
};

absl::string_view BackendName(Backend backend);

// How to talk to a Redis, beyond its URL.
struct RedisSettings {
  // How long Redis may take for one command, and how long connecting to it may take.
  absl::Duration timeout = absl::Milliseconds(500);
  absl::Duration connect_timeout = absl::Seconds(1);

  // How many calls may be in flight to it, whereof a batch is one.
  size_t max_calls = 10'000;

  // PEM files, for rediss://: who signs Redis's certificate (empty: the system's authorities), and
  // what this side shows, if it shows any.
  std::string ca_file = {};
  std::string cert_file = {};
  std::string key_file = {};

  // Whether Clear may empty the whole database, where key_prefix is empty.
  bool allow_clear_all = false;
};

// How to talk to a shared service, beyond its URL. For its clients only.
struct RemoteSettings {
  // The path of a file with the token that the service knows this program by; empty: none.
  std::string token_file = {};

  // Whether the token may go to another machine in the clear.
  bool insecure_token = false;

  // PEM files, for grpcs://: who signs the service's certificate (empty: the system's authorities),
  // and what this side shows, if it shows any.
  std::string tls_ca_file = {};
  std::string tls_cert_file = {};
  std::string tls_key_file = {};
};

// All that decides which store an application or a server gets, and how large it may grow.
struct CacheSettings {
  Backend backend = Backend::kNone;
  size_t max_entries = 10'000;
  size_t max_bytes = size_t{1} << 30;

  // Empty: redis://127.0.0.1:6379/0 for Redis, grpc://127.0.0.1:50051 for the shared service.
  std::string storage_url;

  // The path of a file with the URL of a Redis in place of storage_url, for a URL with a password:
  // what a process's environment and flags are, others may read. Empty: none.
  std::string storage_url_file = {};

  // Put before every key in Redis, so that several caches share one.
  std::string key_prefix = "cache:";

  RedisSettings redis = {};

  RemoteSettings remote = {};

  // The largest message of a batch, between a service and its clients.
  size_t max_batch_bytes = kDefaultMaxBatchBytes;

  Limits limits = {};
};

// One setting under the names that people give it, and how its text becomes a value.
struct Setting {
  std::string flag;         // Without dashes.
  std::string environment;  // Empty: a flag only.
  std::string help;         // One line.
  std::string takes;        // What is accepted, as it ends the sentence "takes ...".
  std::string default_text;
  std::function<bool(absl::string_view text)> assign;  // False: not accepted.

  // Whether a flag without a text means true.
  bool is_switch = false;
};

// The settings of a cache, writing to `target`, which must outlive them and holds the defaults.
// `backends` are those to choose from.
std::vector<Setting> SettingsOf(CacheSettings& target, const std::vector<Backend>& backends);

// The same of what is for clients of a shared service.
std::vector<Setting> SettingsOfRemote(RemoteSettings& target);

// Where a setting's text comes from: nullopt if it was not given there.
using SettingSource = std::function<std::optional<std::string>(const std::string& name)>;

// Assigns each setting from `flags` (by flag name) or, if it is not there, from `environment`. What
// neither has keeps its default. INVALID_ARGUMENT, in one line, with the setting's name, what it
// got and what it takes.
absl::Status Resolve(const std::vector<Setting>& settings, const SettingSource& flags,
                     const SettingSource& environment);

// The environment of this process, as a source.
SettingSource ProcessEnvironment();

// The settings that an application finds in `environment`. Caching is off unless it asks for a
// backend.
absl::StatusOr<CacheSettings> CacheSettingsFromEnvironment(
    const SettingSource& environment = ProcessEnvironment());

// A setting that is true or false, and now as `target` is, which must outlive it.
Setting Switch(std::string flag, std::string environment, std::string help, bool& target);

// Assigns a path to `target`, which must outlive it. Not an empty one: that would be none by a
// slip, such as a variable in a script that is not set.
std::function<bool(absl::string_view text)> AssignPath(std::string& target);

// The parsers of settings; each leaves `value` alone and returns false if it does not accept
// `text`. A number from `least` to `most`.
bool ParseNumber(absl::string_view text, size_t least, size_t most, size_t& value);
// The same, with an optional unit: KiB, MiB, GiB, TiB.
bool ParseBytes(absl::string_view text, size_t least, size_t most, size_t& value);
// A number of seconds, or numbers with units: 90, 1.5, 500ms, 1h30m. `most` is finite.
bool ParseSeconds(absl::string_view text, absl::Duration least, absl::Duration most,
                  absl::Duration& value);

// What the settings of these names take.
bool ParseMaxEntries(absl::string_view text, size_t& value);
bool ParseMaxBytes(absl::string_view text, size_t& value);

// What ParseBytes reads as `bytes`: 1000, 64KiB, 1GiB.
std::string FormatBytes(size_t bytes);

}  // namespace cachestore

#endif  // STORES_SETTINGS_H_
