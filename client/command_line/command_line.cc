// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "client/client_tls.h"
#include "client/command_line/batch_options.h"
#include "client/command_line/bench_options.h"
#include "client/command_line/console.h"
#include "client/command_line/context_options.h"
#include "client/command_line/contexts.h"
#include "client/command_line/entry_options.h"
#include "client/command_line/files.h"
#include "client/command_line/operator_options.h"
#include "client/command_line/options.h"
#include "client/command_line/service_commands.h"
#include "client/command_line/stdin_claim.h"
#include "client/command_line/token_options.h"
#include "client/token_file.h"
#include "stores/settings.h"
#include "stores/version.h"

namespace cachestore {
namespace {

constexpr char kServerVariable[] = "APP_CACHE_STORAGE_URL";

// Everything that options write to, before the line has been read to its end.
struct Values {
  std::string context;
  std::string server;
  StdinClaim claim;
  RemoteSettings remote;
  std::map<std::string, std::string> remote_texts;  // By flag.
  absl::Duration timeout = absl::Seconds(5);
  bool confirmed = false;
  bool in_json = false;
  std::string service = "cachestore.v1.CacheStore";
  Command run;
  // By default it is said, and the line to blame.
  Refusal refuse = [](const absl::Status& problem) {
    PrintError(problem.message());
    return ExitCodeOf(problem);
  };
  LocalCommand run_here;  // In place of `run`.
};

void AddYes(CLI::App& command, Values& values) {
  command.add_flag("-y,--yes", values.confirmed, "Do not ask");
}

void AddServiceCommands(CLI::App& app, Values& values) {
  CLI::App& clear =
      AddCommand(app, "clear", "Remove every entry; asks first",
                 "  cachectl clear\n  cachectl clear --yes --timeout 1m   # in a script\n");
  AddYes(clear, values);
  AddJson(clear, values.in_json);
  clear.callback([&values] {
    values.run = [&values](CacheStore& store, const Target& target) {
      return Clear(store, target, values.confirmed, values.in_json);
    };
  });

  CLI::App& ping = AddCommand(app, "ping", "Whether service and backend answer, and how fast",
                              "  cachectl ping --server grpc://cache.example:50051\n");
  AddJson(ping, values.in_json);
  ping.callback([&values] {
    values.run = [&values](CacheStore& store, const Target& target) {
      return Ping(store, target, values.in_json);
    };
  });

  CLI::App& health =
      AddCommand(app, "health", "The serving status by grpc.health.v1; exit 1 unless SERVING",
                 "  cachectl health\n  cachectl health --service \"\"   # the server as a whole\n");
  health.add_option("--service", values.service, "The service to ask for")
      ->type_name("NAME")
      ->capture_default_str();
  AddJson(health, values.in_json);
  health.callback([&values] {
    values.run = [&values](CacheStore&, const Target& target) {
      return Health(target, values.service, values.in_json);
    };
  });

  CLI::App& close = AddCommand(app, "close", "Shut the service down, as SIGTERM does; asks first",
                               "  cachectl close\n  cachectl close --yes\n");
  AddYes(close, values);
  AddJson(close, values.in_json);
  close.callback([&values] {
    values.run = [&values](CacheStore&, const Target& target) {
      return CloseServer(target, values.confirmed, values.in_json);
    };
  });
}

// How to reach the service, beyond its URL.
void AddRemoteSettings(CLI::App& app, Values& values) {
  for (const Setting& setting : SettingsOfRemote(values.remote)) {
    std::string& text = values.remote_texts[setting.flag];
    const std::string flag = "--" + setting.flag;
    // A token comes from a program that keeps secrets, more often than a certificate.
    const char* const stdin_too = setting.flag == "token_file" ? " -: it is on stdin." : "";
    const std::string help = absl::StrCat(
        setting.help, stdin_too, " Without: ", setting.environment, ", or ", setting.default_text);
    if (setting.is_switch) {
      app.add_flag(flag, text, help);
    } else {
      app.add_option(flag, text, help)->type_name("FILE");
    }
  }
}

void AddEverything(CLI::App& app, Values& values) {
  app.set_version_flag("--version", absl::StrCat("cachectl ", kVersion),
                       "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this and exit");
  app.add_option("--server", values.server,
                 absl::StrCat("Where the service is: grpc://HOST:PORT, grpcs://HOST:PORT over TLS, "
                              "or unix:PATH. Without: ",
                              kServerVariable, ", or ", kDefaultServiceUrl))
      ->type_name("URL");
  app.add_option("--context", values.context,
                 "A service by its name in the file of contexts (cachectl context --help). Flags "
                 "win over the environment, and that over the context")
      ->type_name("NAME");
  AddRemoteSettings(app, values);
  AddDuration(app, "--timeout", "How long a call may take [5s]",
              [&values](absl::Duration timeout) { values.timeout = timeout; });
  // All may also stand behind the command.
  app.fallthrough();
  app.require_subcommand(0, 1);
  AddEntryCommands(app, values.run, values.claim);
  AddBatchCommands(app, values.run, values.claim);
  AddServiceCommands(app, values);
  AddOperatorCommands(app, values.run, values.refuse);
  AddBench(app, values.run);
  AddTokenCommands(app, values.run_here);
  AddContextCommands(app, values.run_here);
  app.footer(
      absl::StrCat("Examples:\n"
                   "  cachectl set greeting hello --ttl 5m && cachectl get greeting\n"
                   "  cachectl --server unix:/run/cache.sock ping\n"
                   "  cachectl --server grpcs://cache.example:50051 --tls_ca_file ca.pem ping\n"
                   "  cachectl get --help\n\n",
                   kExitCodes));
}

// The context that is asked for, or one without a name.
absl::StatusOr<Context> ContextOf(const Values& values) {
  if (values.context.empty()) return Context();
  const absl::StatusOr<std::string> path = ContextsPath(ProcessEnvironment());
  if (!path.ok()) return path.status();
  const absl::StatusOr<std::vector<Context>> contexts = ReadContexts(*path);
  if (!contexts.ok()) return contexts.status();
  absl::StatusOr<Context> context = FindContext(*contexts, values.context);
  if (context.ok()) return context;
  return absl::InvalidArgumentError(absl::StrCat(*path, ": ", context.status().message()));
}

// From flags, or the environment, or the context.
absl::Status ResolveRemoteSettings(const CLI::App& app, const Context& context, Values& values) {
  const std::vector<Setting> settings = SettingsOfRemote(values.remote);
  const auto flags = [&](const std::string& flag) -> std::optional<std::string> {
    if (app.count("--" + flag) == 0) return std::nullopt;
    return values.remote_texts[flag];
  };
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    if (std::optional<std::string> text = ProcessEnvironment()(name)) return text;
    const auto setting = std::ranges::find(settings, name, &Setting::environment);
    if (setting == settings.end()) return std::nullopt;
    const auto found = context.settings.find(setting->flag);
    if (found == context.settings.end()) return std::nullopt;
    return found->second;
  };
  return Resolve(settings, flags, environment);
}

// Where a setting came from, as errors call it: the flag, or the variable or the context that it is
// set in instead.
std::string SourceOf(const CLI::App& app, const std::string& name, const std::string& variable,
                     const Context& context) {
  std::string flag = "--" + name;
  if (app.count(flag) > 0) return flag;
  if (ProcessEnvironment()(variable).has_value()) return variable;
  const bool is_in_context =
      name == "server" ? !context.server.empty() : context.settings.contains(name);
  return is_in_context ? absl::StrCat("context ", context.name, ": ", name) : flag;
}

// What stands in the token's file, or on stdin if that is for nothing else.
absl::StatusOr<std::string> ReadToken(const std::string& path, StdinClaim& claim) {
  if (path != kStdin) return ReadTokenFile(path);
  if (absl::Status taken = claim.Take("the token"); !taken.ok()) return taken;
  const absl::StatusOr<absl::Cord> text = ReadStdin();
  if (!text.ok()) return text.status();
  return ParseTokenFile(std::string(*text), "stdin");
}

// Empty without a token.
absl::StatusOr<std::string> TokenOf(const CLI::App& app, const Context& context, Values& values) {
  if (values.remote.token_file.empty()) return std::string();
  absl::StatusOr<std::string> token = ReadToken(values.remote.token_file, values.claim);
  if (token.ok()) return token;
  const std::string source = SourceOf(app, "token_file", "APP_CACHE_AUTH_TOKEN_FILE", context);
  return absl::InvalidArgumentError(absl::StrCat(source, ": ", token.status().message()));
}

absl::StatusOr<ClientTls> TlsOf(const CLI::App& app, const Context& context,
                                const RemoteSettings& settings, const ServiceAddress& address) {
  const auto source = [&](const std::string& name, const std::string& variable) {
    return SourceOf(app, name, variable, context);
  };
  return ReadClientTls(
      {.ca = {.setting = source("tls_ca_file", "APP_CACHE_TLS_CA_FILE"),
              .path = settings.tls_ca_file},
       .certificate = {.setting = source("tls_cert_file", "APP_CACHE_TLS_CERT_FILE"),
                       .path = settings.tls_cert_file},
       .key = {.setting = source("tls_key_file", "APP_CACHE_TLS_KEY_FILE"),
               .path = settings.tls_key_file}},
      address);
}

// --server, or the environment, or the context, or the default.
std::string UrlOf(const CLI::App& app, const Context& context, const Values& values) {
  if (app.count("--server") > 0) return values.server;
  if (std::optional<std::string> text = ProcessEnvironment()(kServerVariable)) return *text;
  return context.server.empty() ? kDefaultServiceUrl : context.server;
}

// An error names where what is wrong came from.
absl::StatusOr<Target> TargetOf(const CLI::App& app, Values& values) {
  absl::StatusOr<Context> context = ContextOf(values);
  if (!context.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--context: ", context.status().message()));
  }
  const std::string source = SourceOf(app, "server", kServerVariable, *context);
  const std::string url = UrlOf(app, *context, values);
  const absl::StatusOr<ServiceAddress> address = ParseServiceUrl(url);
  if (!address.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(source, ": ", address.status().message()));
  }
  if (!context->server.empty() && url != context->server) {
    // A token is for one service, and goes to no other because that was named elsewhere.
    PrintError(absl::StrCat("--context: ", source, " names another service than the context ",
                            context->name, ", whose files are not used for it"));
    context->settings.clear();
  }
  if (absl::Status status = ResolveRemoteSettings(app, *context, values); !status.ok()) {
    return status;
  }
  absl::StatusOr<ClientTls> tls = TlsOf(app, *context, values.remote, *address);
  if (!tls.ok()) return tls.status();
  absl::StatusOr<std::string> token = TokenOf(app, *context, values);
  if (!token.ok()) return token.status();
  return Target{.url = url,
                .source = source,
                .address = *address,
                .timeout = values.timeout,
                .tls = *std::move(tls),
                .token = *std::move(token),
                .insecure_token = values.remote.insecure_token};
}

// Whether this CLI11 makes [x] of [[xx]], as 2.6 does, which otherwise takes [a,b] apart.
bool HasBrackets() {
  CLI::App app;
  std::string text;
  app.add_option("text", text);
  app.parse(std::vector<std::string>{"[[xx]]"});
  return text == "[x]";
}

// So written that CLI11 takes it for what was typed.
std::string Typed(std::string argument) {
  const bool is_in_brackets =
      argument.size() >= 2 && argument.front() == '[' && argument.back() == ']';
  if (!is_in_brackets || !HasBrackets()) return argument;
  std::string doubled = "[[";
  for (const char c : argument.substr(1, argument.size() - 2)) doubled.append(2, c);
  return doubled + "]]";
}

void Parse(CLI::App& app, int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  std::vector<const char*> pointers;
  pointers.reserve(arguments.size());
  for (std::string& argument : arguments) {
    argument = Typed(std::move(argument));
    pointers.push_back(argument.c_str());
  }
  app.parse(argc, pointers.data());
}

}  // namespace

std::variant<Invocation, LocalCommand, ExitCode> ParseCommandLine(int argc, char** argv) {
  CLI::App app("Talks to a cache service.", "cachectl");
  // The commands keep what they need of it beyond this function.
  const auto values = std::make_shared<Values>();
  AddEverything(app, *values);
  try {
    Parse(app, argc, argv);
  } catch (const CLI::Success& asked) {
    return static_cast<ExitCode>(app.exit(asked));
  } catch (const CLI::ParseError& error) {
    PrintError(absl::StrCat(error.what(), "; see cachectl --help"));
    return ExitCode::kUsage;
  }
  if (values->run_here) return values->run_here;
  if (!values->run) {
    PrintError("command: is missing; see cachectl --help");
    return ExitCode::kUsage;
  }
  absl::StatusOr<Target> target = TargetOf(app, *values);
  if (!target.ok()) return values->refuse(target.status());
  Command run = [values](CacheStore& store, const Target& service) {
    return values->run(store, service);
  };
  return Invocation{.target = *std::move(target), .run = std::move(run), .refuse = values->refuse};
}

}  // namespace cachestore
