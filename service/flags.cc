// SPDX-License-Identifier: Apache-2.0
#include "service/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/transports/listen_address.h"
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
    "  cache_server --listen=0.0.0.0:50051 --tls_cert=cert.pem --tls_key=key.pem\n"
    "      --auth_file=/etc/cache/auth\n"
    "  APP_CACHE_MAX_BYTES=4GiB cache_server\n";

std::function<bool(absl::string_view)> AssignDuration(absl::Duration& target) {
  return [&target](absl::string_view text) {
    return ParseSeconds(text, absl::ZeroDuration(), absl::Hours(24), target);
  };
}

absl::string_view TransportName(TransportKind kind) {
  return kind == TransportKind::kGrpc ? "grpc" : "http2";
}

// Three octal digits, and a zero before them if one likes.
bool ParseMode(absl::string_view text, unsigned& mode) {
  if (text.size() == 4) absl::ConsumePrefix(&text, "0");
  const bool is_octal = text.size() == 3 && std::ranges::all_of(text, [](char digit) {
                          return digit >= '0' && digit <= '7';
                        });
  if (!is_octal) return false;
  mode = 0;
  for (const char digit : text) mode = 8 * mode + static_cast<unsigned>(digit - '0');
  return true;
}

// A port alone is one of this machine.
bool ParseMetricsAddress(absl::string_view text, std::string& address) {
  size_t port = 0;
  if (ParseNumber(text, 0, 65'535, port)) {
    address = absl::StrCat("127.0.0.1:", port);
    return true;
  }
  const absl::StatusOr<ListenAddress> parts = ParseListenAddress(std::string(text));
  if (!parts.ok() || !parts->unix_path.empty()) return false;
  address = std::string(text);
  return true;
}

std::function<bool(absl::string_view)> AssignList(std::vector<std::string>& target) {
  return [&target](absl::string_view text) {
    target = absl::StrSplit(text, ',', absl::SkipWhitespace());
    return !target.empty();
  };
}

std::vector<Setting> SettingsOfTls(TlsFiles& target) {
  const std::string file = "the path of a PEM file";
  return {
      {"tls_cert", "APP_CACHE_TLS_CERT",
       "Serve over TLS alone, and show this certificate, with its chain. Read again when it "
       "changes, as are the next two.",
       file, "none; in the clear", AssignPath(target.certificate)},
      {"tls_key", "APP_CACHE_TLS_KEY", "The key of tls_cert.", file, "none",
       AssignPath(target.key)},
      {"tls_client_ca", "APP_CACHE_TLS_CLIENT_CA",
       "Who signs the certificates of callers. Whoever shows none, and no token, is answered "
       "health and reflection alone.",
       file, "none; callers are not asked for certificates", AssignPath(target.client_ca)},
      Switch("tls_require_client_cert", "APP_CACHE_TLS_REQUIRE_CLIENT_CERT",
             "Refuse in the handshake whoever shows no certificate of tls_client_ca.",
             target.requires_client_certificate),
  };
}

std::vector<Setting> SettingsOfServer(ServerOptions& target) {
  const std::string time = "seconds, or a duration such as 500ms or 30s, of at most 24h";
  const std::string addresses = "addresses separated by commas";
  return {
      {"listen", "APP_CACHE_LISTEN", "Where to listen: host:port, [IPv6]:port or unix:PATH.",
       addresses, absl::StrJoin(target.listen, ","), AssignList(target.listen)},
      {"health_listen", "APP_CACHE_HEALTH_LISTEN",
       "Where to answer health alone, in the clear, for probes that cannot do TLS.", addresses,
       "none", AssignList(target.health_listen)},
      {"unix_socket_mode", "APP_CACHE_UNIX_SOCKET_MODE",
       "The mode of unix sockets: who may write to one, may connect.", "octal digits such as 0660",
       "0600",
       [&target](absl::string_view text) { return ParseMode(text, target.unix_socket_mode); }},
      Switch("reflection", "APP_CACHE_REFLECTION",
             "Whether callers may ask which methods there are, as grpcurl does.",
             target.reflection),
      Switch("call_metrics", "APP_CACHE_CALL_METRICS",
             "Whether calls are counted and timed: for Stats, metrics and the status page.",
             target.measures_calls),
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
      {"threads", "APP_CACHE_THREADS", "How many threads answer calls.", "a number from 1 to 1024",
       "one for each core that the process may use",
       [&target](absl::string_view text) { return ParseNumber(text, 1, 1024, target.threads); }},
      {"max_connections", "APP_CACHE_MAX_CONNECTIONS",
       "How many connections transport http2 has at a time; it hangs up on those that come then.",
       "a number from 1 to 1000000", absl::StrCat(target.max_connections),
       [&target](absl::string_view text) {
         return ParseNumber(text, 1, 1'000'000, target.max_connections);
       }},
      {"max_connection_age", "APP_CACHE_MAX_CONNECTION_AGE_SECONDS",
       "How long a connection of transport http2 may last, before its peer is sent elsewhere.",
       "seconds, or a duration such as 90s or 24h, from 1s to 8760h", "none",
       [&target](absl::string_view text) {
         return ParseSeconds(text, absl::Seconds(1), absl::Hours(8760), target.max_connection_age);
       }},
      {"drain_delay", "", "How long to keep accepting calls once readiness has ended.", time,
       absl::FormatDuration(target.drain_delay), AssignDuration(target.drain_delay)},
      {"drain_timeout", "", "How long calls in flight may take to end at shutdown.", time,
       absl::FormatDuration(target.drain_timeout), AssignDuration(target.drain_timeout)},
  };
}

// A share such as 0.01; none is NaN.
bool ParseShare(absl::string_view text, double& share) {
  double parsed = 0;
  if (!absl::SimpleAtod(text, &parsed) || !(parsed >= 0 && parsed <= 1)) return false;
  share = parsed;
  return true;
}

std::vector<Setting> SettingsOfLog(ServerSettings& target) {
  return {
      {"log_format", "APP_CACHE_LOG_FORMAT", "How a line of the log is written.", "text or json",
       "text",
       [&target](absl::string_view text) {
         if (text != "text" && text != "json") return false;
         target.log_format = text == "json" ? LogFormat::kJson : LogFormat::kText;
         return true;
       }},
      {"log_level", "APP_CACHE_LOG_LEVEL", "What is left out of the log: all below this.",
       "info, warning or error", std::string(LogLevelName(target.log_level)),
       [&target](absl::string_view text) {
         for (const LogLevel level : {LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
           if (text != LogLevelName(level)) continue;
           target.log_level = level;
           return true;
         }
         return false;
       }},
      {"slow_call", "APP_CACHE_SLOW_CALL_SECONDS",
       "Log calls that take so long, ten a second at most.",
       "seconds, or a duration such as 100ms, of at most 24h; or none",
       absl::FormatDuration(target.call_log.slow),
       [&target](absl::string_view text) {
         if (text != "none") return AssignDuration(target.call_log.slow)(text);
         target.call_log.slow = absl::InfiniteDuration();
         return true;
       }},
      {"access_log", "APP_CACHE_ACCESS_LOG", "Log this share of all calls, ten a second at most.",
       "a number from 0 to 1", "0",
       [&target](absl::string_view text) { return ParseShare(text, target.call_log.share); }},
      Switch("log_keys", "APP_CACHE_LOG_KEYS",
             "Whether lines about calls have whole keys, rather than their sizes and hashes.",
             target.call_log.keys),
  };
}

std::string HelpOf(const Setting& setting) {
  const std::string environment =
      setting.environment.empty() ? "" : absl::StrCat("\nEnvironment: ", setting.environment);
  return absl::StrCat(setting.help, "\nTakes ", setting.takes, ".\nDefault: ", setting.default_text,
                      environment);
}

// Whether whoever comes from another machine is known, and nobody reads along.
bool IsProtected(const ServerSettings& settings) {
  const bool knows_callers = !settings.auth_file.empty() || !settings.tls.client_ca.empty();
  return knows_callers && !settings.tls.empty();
}

absl::Status CheckExposure(const ServerSettings& settings) {
  const std::vector<std::string> exposed = UnprotectedAddresses(settings);
  if (settings.insecure_listen || exposed.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--listen: other machines reach ", exposed.front(), ", ",
      settings.tls.empty() ? "in the clear" : "whoever they are",
      "; give --tls_cert and --tls_key, and --auth_file or --tls_client_ca; or listen on 127.0.0.1 "
      "or a unix socket; or say --insecure_listen if something else protects it"));
}

}  // namespace

std::vector<std::string> ExposedAddresses(const ServerOptions& options) {
  std::vector<std::string> exposed;
  for (const std::string& address : options.listen) {
    const absl::StatusOr<ListenAddress> parts = ParseListenAddress(address);
    // What is no address is refused by whoever is to listen there.
    if (parts.ok() && !IsOfThisMachine(*parts)) exposed.push_back(address);
  }
  return exposed;
}

std::vector<std::string> UnprotectedAddresses(const ServerSettings& settings) {
  return IsProtected(settings) ? std::vector<std::string>() : ExposedAddresses(settings.server);
}

absl::StatusOr<ServerSettings> ReadSettings(int argc, const char* const* argv,
                                            const SettingSource& environment) {
  ServerSettings settings;
  settings.cache.backend = Backend::kMemory;
  std::vector<Setting> all =
      SettingsOf(settings.cache, {Backend::kMemory, Backend::kRedis, Backend::kNone});
  for (Setting& setting : SettingsOfServer(settings.server)) all.push_back(std::move(setting));
  for (Setting& setting : SettingsOfTls(settings.tls)) all.push_back(std::move(setting));
  for (Setting& setting : SettingsOfLog(settings)) all.push_back(std::move(setting));
  all.push_back({"metrics_listen", "APP_CACHE_METRICS_LISTEN",
                 "Where to serve metrics for Prometheus, over HTTP and in the clear.",
                 "host:port, or a port of 127.0.0.1", "none", [&](absl::string_view text) {
                   return ParseMetricsAddress(text, settings.metrics_listen);
                 }});
  all.push_back({"auth_file", "APP_CACHE_AUTH_FILE",
                 "Let in only those whom this file names, with what each may do. Read again when "
                 "it changes.",
                 "the path of an auth file", "none; everybody may call",
                 AssignPath(settings.auth_file)});
  all.push_back(Switch("insecure_listen", "APP_CACHE_INSECURE_LISTEN",
                       "Let other machines in without encryption, or without access control.",
                       settings.insecure_listen));

  CLI::App app(kAbout, "cache_server");
  app.footer(kExamples);
  app.set_version_flag("--version", absl::StrCat("cache_server ", kVersion));
  app.get_formatter()->column_width(24);
  std::map<std::string, std::string> texts;
  for (const Setting& setting : all) {
    std::string& text = texts[setting.flag];
    const std::string flag = "--" + setting.flag;
    if (setting.is_switch) {
      app.add_flag(flag, text, HelpOf(setting));
    } else {
      app.add_option(flag, text, HelpOf(setting))->type_name("");
    }
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
  if (status = CheckExposure(settings); !status.ok()) return status;
  settings.server.distrusts_loopback = settings.insecure_listen;
  settings.server.backend = std::string(BackendName(settings.cache.backend));
  settings.server.max_key_bytes = settings.cache.limits.max_key_bytes;
  settings.server.max_value_bytes = settings.cache.limits.max_value_bytes;
  settings.server.max_batch_keys = settings.cache.limits.max_batch_keys;
  settings.server.max_batch_bytes = settings.cache.max_batch_bytes;
  return settings;
}

}  // namespace cachestore
