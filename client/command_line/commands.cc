// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/commands.h"

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
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

absl::StatusOr<absl::Cord> ValueOf(const SetArguments& arguments) {
  if (arguments.file.has_value()) {
    absl::StatusOr<absl::Cord> value = ReadFile(*arguments.file);
    if (value.ok()) return value;
    return absl::Status(value.status().code(),
                        absl::StrCat(*arguments.file, ": ", value.status().message()));
  }
  if (arguments.value.has_value() && *arguments.value != "-") return absl::Cord(*arguments.value);
  if (!arguments.value.has_value() && StdinIsTerminal()) {
    return absl::InvalidArgumentError(
        "value: is missing; give one, or --file PATH, or - to type it in");
  }
  return ReadStdin();
}

// Prints one of two words, and exits by it.
ExitCode PrintAnswer(absl::string_view command, const absl::StatusOr<bool>& answer,
                     const char* if_true, const char* if_false) {
  if (!answer.ok()) return Fail(command, answer.status());
  std::puts(*answer ? if_true : if_false);
  return *answer ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace

ExitCode Get(CacheStore& store, const std::string& key) {
  const absl::StatusOr<std::optional<absl::Cord>> value = BlockingCacheStore(store).Get(key);
  if (!value.ok()) return Fail("get", value.status());
  if (!value->has_value()) {
    PrintError("get: nothing is stored under this key");
    return ExitCode::kNo;
  }
  const absl::Status written = WriteStdout(**value);
  return written.ok() ? ExitCode::kOk : Fail("get: stdout", written);
}

ExitCode Set(CacheStore& store, const SetArguments& arguments) {
  absl::StatusOr<absl::Cord> value = ValueOf(arguments);
  if (!value.ok()) return Fail("set", value.status());
  const absl::Status status =
      BlockingCacheStore(store).Set(arguments.key, *std::move(value), arguments.ttl);
  return status.ok() ? ExitCode::kOk : Fail("set", status);
}

ExitCode Delete(CacheStore& store, const std::string& key) {
  return PrintAnswer("delete", BlockingCacheStore(store).Delete(key), "deleted", "absent");
}

ExitCode Exists(CacheStore& store, const std::string& key) {
  return PrintAnswer("exists", BlockingCacheStore(store).Exists(key), "present", "absent");
}

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
  const absl::Status status = CloseService(target.address, absl::Now() + target.timeout);
  return status.ok() ? ExitCode::kOk : Fail("close", status);
}

ExitCode Health(const Target& target, const std::string& service) {
  const absl::StatusOr<std::string> health =
      CheckHealth(target.address, service, absl::Now() + target.timeout);
  if (!health.ok()) return Fail("health", health.status());
  std::puts(health->c_str());
  return *health == "SERVING" ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace cachestore
