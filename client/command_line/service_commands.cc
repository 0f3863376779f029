// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/service_commands.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/json.h"
#include "client/command_line/operator_calls.h"
#include "client/command_line/output.h"
#include "stores/blocking_cache_store.h"

namespace cachestore {
namespace {

// Whether to go on; if not, has said why.
ExitCode Ask(absl::string_view command, absl::string_view question, bool confirmed) {
  if (confirmed) return ExitCode::kOk;
  if (!StdinIsTerminal()) {
    PrintError(absl::StrCat(command, ": nobody is there to confirm it; give --yes"));
    return ExitCode::kUsage;
  }
  if (Confirm(question)) return ExitCode::kOk;
  PrintError(absl::StrCat(command, ": not confirmed; nothing was done"));
  return ExitCode::kNo;
}

// What came of a command that does something and has nothing to tell: {"cleared":true}.
ExitCode PrintDone(absl::string_view command, absl::string_view done, const absl::Status& status,
                   bool in_json) {
  if (!status.ok()) return Fail(command, status);
  return in_json ? PrintLine(command, JsonObject().Flag(done, true).ToString()) : ExitCode::kOk;
}

}  // namespace

ExitCode Ping(CacheStore& store, const Target& target, bool in_json) {
  const absl::Time start = absl::Now();
  const absl::Status status = BlockingCacheStore(store).Ping();
  if (!status.ok()) return Fail("ping", status);
  const absl::Duration took = absl::Now() - start;
  if (in_json) {
    JsonObject object;
    object.Text("server", target.address.name).Number("seconds", absl::ToDoubleSeconds(took));
    return PrintLine("ping", object.ToString());
  }
  return PrintLine("ping", absl::StrFormat("%s answered in %.1f ms", target.address.name,
                                           absl::ToDoubleMilliseconds(took)));
}

ExitCode Clear(CacheStore& store, const Target& target, bool confirmed, bool in_json) {
  const ExitCode asked =
      Ask("clear", absl::StrCat("Remove every entry of the cache at ", target.address.name, "?"),
          confirmed);
  if (asked != ExitCode::kOk) return asked;
  return PrintDone("clear", "cleared", BlockingCacheStore(store).Clear(), in_json);
}

ExitCode CloseServer(const Target& target, bool confirmed, bool in_json) {
  const ExitCode asked =
      Ask("close", absl::StrCat("Shut down the cache service at ", target.address.name, "?"),
          confirmed);
  if (asked != ExitCode::kOk) return asked;
  const absl::Status status =
      CloseService(target.address, target.tls, target.token, absl::Now() + target.timeout);
  return PrintDone("close", "closed", status, in_json);
}

ExitCode Health(const Target& target, const std::string& service, bool in_json) {
  const absl::StatusOr<std::string> health =
      CheckHealth(target.address, target.tls, service, absl::Now() + target.timeout);
  if (!health.ok()) return Fail("health", health.status());
  return PrintLine("health", in_json ? JsonObject().Text("status", *health).ToString() : *health,
                   *health == "SERVING" ? ExitCode::kOk : ExitCode::kNo);
}

}  // namespace cachestore
