// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/service_commands.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/operator_calls.h"
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

}  // namespace

ExitCode Ping(CacheStore& store, const Target& target) {
  const absl::Time start = absl::Now();
  const absl::Status status = BlockingCacheStore(store).Ping();
  if (!status.ok()) return Fail("ping", status);
  absl::PrintF("%s answered in %.1f ms\n", target.address.name,
               absl::ToDoubleMilliseconds(absl::Now() - start));
  return ExitCode::kOk;
}

ExitCode Clear(CacheStore& store, const Target& target, bool confirmed) {
  const ExitCode asked =
      Ask("clear", absl::StrCat("Remove every entry of the cache at ", target.address.name, "?"),
          confirmed);
  if (asked != ExitCode::kOk) return asked;
  const absl::Status status = BlockingCacheStore(store).Clear();
  return status.ok() ? ExitCode::kOk : Fail("clear", status);
}

ExitCode CloseServer(const Target& target, bool confirmed) {
  const ExitCode asked =
      Ask("close", absl::StrCat("Shut down the cache service at ", target.address.name, "?"),
          confirmed);
  if (asked != ExitCode::kOk) return asked;
  const absl::Status status =
      CloseService(target.address, target.tls, target.token, absl::Now() + target.timeout);
  return status.ok() ? ExitCode::kOk : Fail("close", status);
}

ExitCode Health(const Target& target, const std::string& service) {
  const absl::StatusOr<std::string> health =
      CheckHealth(target.address, target.tls, service, absl::Now() + target.timeout);
  if (!health.ok()) return Fail("health", health.status());
  std::puts(health->c_str());
  return *health == "SERVING" ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace cachestore
