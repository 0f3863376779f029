// SPDX-License-Identifier: Apache-2.0
#include "service/flags.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "stores/version.h"

namespace cachestore {
namespace {

constexpr char kAbout[] =
    "A cache service over gRPC.\n\n"
    "Serves cachestore.v1.CacheStore, grpc.health.v1.Health and server reflection until SIGTERM "
    "or\n"
    "SIGINT, then lets calls in flight end and exits 0. A setting comes from its flag, or else "
    "from\n"
    "its environment variable, or else is the default.";

constexpr char kExamples[] =
    "Examples:\n"
    "  cache_server                                       memory, on 127.0.0.1:50051\n"
    "  cache_server --max_bytes=4GiB --max_entries=20000000\n"
    "  cache_server --backend=redis --storage_url=redis://127.0.0.1:6379/0\n"
    "  cache_server --listen=127.0.0.1:50051,unix:/run/cache/cache.sock\n"
    "  cache_server --auth_file=/etc/cache/auth           see `cachectl token new`\n"
    "  APP_CACHE_MAX_BYTES=4GiB cache_server\n";

std::function<bool(absl::string_view)> AssignDuration(absl::Duration& target) {
  return [&target](absl::string_view text) {
    return ParseSeconds(text, absl::ZeroDuration(), absl::Hours(24), target);
  };
}

std::function<bool(absl::string_view)> AssignText(std::string& target) {
  return [&target](absl::string_view text) {
    target = std::string(text);
    return true;
  };
}

absl::string_view TransportName(TransportKind kind) {
  return kind == TransportKind::kGrpc ? "grpc" : "http2";
}

// Empty would be everybody by a slip, such as a variable in a script that is not set.
Setting AuthFile(std::optional<std::string>& target) {
  return {
      "auth_file",
      "APP_CACHE_AUTH_FILE",
      "Let in only those whom this file names, with what each may do. Read again when it changes.",
      "the path of an auth file",
      "none; everybody may call",
      [&target](absl::string_view text) {
        target = std::string(text);
        return !text.empty();
      }};
}

std::vector<Setting> SettingsOfServer(ServerOptions& target) {
  const std::string time = "seconds, or a duration such as 500ms or 30s, of at most 24h";
  return {
      {"listen", "APP_CACHE_LISTEN", "Where to listen: host:port, [IPv6]:port or unix:PATH.",
       "addresses separated by commas", absl::StrJoin(target.listen, ","),
       [&target](absl::string_view text) {
         target.listen = absl::StrSplit(text, ',', absl::SkipWhitespace());
         return !target.listen.empty();
       }},
      {"transport", "APP_CACHE_TRANSPORT",
       "What carries calls: this project's own HTTP/2, or gRPC C++.", "http2 or grpc",
       std::string(TransportName(target.transport)),
       [&target](absl::string_view text) {
         for (const TransportKind kind : {TransportKind::kGrpc, TransportKind::kHttp2}) {
           if (text != TransportName(kind)) continue;
           target.transport = kind;
           return true;
         }
         return false;
       }},
      {"tls_cert", "APP_CACHE_TLS_CERT",
       "Serve over TLS alone, and show this certificate, with its chain.", "the path of a PEM file",
       "none; in the clear", AssignText(target.tls.certificate)},
      {"tls_key", "APP_CACHE_TLS_KEY", "The key of tls_cert.", "the path of a PEM file", "none",
       AssignText(target.tls.key)},
      {"drain_delay", "", "How long to keep accepting calls once readiness has ended.", time,
       absl::FormatDuration(target.drain_delay), AssignDuration(target.drain_delay)},
      {"drain_timeout", "", "How long calls in flight may take to end at shutdown.", time,
       absl::FormatDuration(target.drain_timeout), AssignDuration(target.drain_timeout)},
  };
}

std::string HelpOf(const Setting& setting) {
  const std::string environment =
      setting.environment.empty() ? "" : absl::StrCat("\nEnvironment: ", setting.environment);
  return absl::StrCat(setting.help, "\nTakes ", setting.takes, ".\nDefault: ", setting.default_text,
                      environment);
}

}  // namespace

absl::StatusOr<ServerSettings> ReadSettings(int argc, const char* const* argv,
                                            const SettingSource& environment) {
  ServerSettings settings;
  settings.cache.backend = Backend::kMemory;
  std::vector<Setting> all =
      SettingsOf(settings.cache, {Backend::kMemory, Backend::kRedis, Backend::kNone});
  for (Setting& setting : SettingsOfServer(settings.server)) all.push_back(std::move(setting));
  all.push_back(AuthFile(settings.auth_file));

  CLI::App app(kAbout, "cache_server");
  app.footer(kExamples);
  app.set_version_flag("--version", absl::StrCat("cache_server ", kVersion));
  app.get_formatter()->column_width(24);
  std::map<std::string, std::string> texts;
  for (const Setting& setting : all) {
    app.add_option("--" + setting.flag, texts[setting.flag], HelpOf(setting))->type_name("");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    settings.answer = app.help();
    return settings;
  } catch (const CLI::CallForVersion&) {
    settings.answer = absl::StrCat("cache_server ", kVersion, "\n");
    return settings;
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(absl::StrCat(error.what(), "; see cache_server --help"));
  }

  const auto flags = [&](const std::string& flag) -> std::optional<std::string> {
    if (app.count("--" + flag) == 0) return std::nullopt;
    return texts[flag];
  };
  absl::Status status = Resolve(all, flags, environment);
  if (!status.ok()) return status;
  settings.server.max_key_bytes = settings.cache.limits.max_key_bytes;
  settings.server.max_value_bytes = settings.cache.limits.max_value_bytes;
  settings.server.max_batch_keys = settings.cache.limits.max_batch_keys;
  settings.server.max_batch_bytes = settings.cache.max_batch_bytes;
  return settings;
}

}  // namespace cachestore
