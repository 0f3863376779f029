// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/entry_commands.h"

#include <cstdio>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
#include "stores/blocking_cache_store.h"

namespace cachestore {
namespace {

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

ExitCode Missed(absl::string_view command) {
  PrintError(absl::StrCat(command, ": nothing is stored under this key"));
  return ExitCode::kNo;
}

// Why a Set with this condition did not store.
absl::string_view UnmetCondition(SetCondition::Kind kind) {
  switch (kind) {
    case SetCondition::Kind::kIfAbsent:
      return "an entry is there already (--if_absent)";
    case SetCondition::Kind::kIfPresent:
      return "nothing is stored under this key (--if_present)";
    case SetCondition::Kind::kIfEtag:
      return "the value has another etag, or nothing is stored under this key (--if_etag)";
    case SetCondition::Kind::kNone:
      break;
  }
  return "the service did not say why";
}

}  // namespace

ExitCode Get(CacheStore& store, const std::string& key) {
  const absl::StatusOr<std::optional<absl::Cord>> value = BlockingCacheStore(store).Get(key);
  if (!value.ok()) return Fail("get", value.status());
  if (!value->has_value()) return Missed("get");
  const absl::Status written = WriteStdout(**value);
  return written.ok() ? ExitCode::kOk : Fail("get: stdout", written);
}

ExitCode GetEtag(CacheStore& store, const std::string& key) {
  const absl::StatusOr<GetResult> result =
      BlockingCacheStore(store).GetWith(key, {.want_etag = true});
  if (!result.ok()) return Fail("get", result.status());
  if (!result->value.has_value()) return Missed("get");
  std::puts(absl::BytesToHexString(result->etag).c_str());
  return ExitCode::kOk;
}

ExitCode Set(CacheStore& store, const SetArguments& arguments) {
  absl::StatusOr<absl::Cord> value = ValueOf(arguments);
  if (!value.ok()) return Fail("set", value.status());
  BlockingCacheStore cache(store);
  if (!DependsOnWhatIsStored(arguments.options)) {
    const absl::Status status = cache.Set(arguments.key, *std::move(value), arguments.options.ttl);
    return status.ok() ? ExitCode::kOk : Fail("set", status);
  }
  const absl::StatusOr<bool> stored =
      cache.SetWith(arguments.key, *std::move(value), arguments.options);
  if (!stored.ok()) return Fail("set", stored.status());
  if (*stored) return ExitCode::kOk;
  PrintError(absl::StrCat("set: not stored: ", UnmetCondition(arguments.options.condition.kind())));
  return ExitCode::kNo;
}

ExitCode Delete(CacheStore& store, const DeleteArguments& arguments) {
  BlockingCacheStore cache(store);
  if (!arguments.etag.has_value()) {
    return PrintAnswer("delete", cache.Delete(arguments.key), "deleted", "absent");
  }
  return PrintAnswer("delete", cache.DeleteIf(arguments.key, *arguments.etag), "deleted",
                     "absent or changed");
}

ExitCode Exists(CacheStore& store, const std::string& key) {
  return PrintAnswer("exists", BlockingCacheStore(store).Exists(key), "present", "absent");
}

ExitCode PrintTtl(CacheStore& store, const std::string& key) {
  const absl::StatusOr<ExistsResult> result =
      BlockingCacheStore(store).ExistsWith(key, {.want_ttl = true});
  if (!result.ok()) return Fail("ttl", result.status());
  if (!result->exists) return Missed("ttl");
  std::puts(result->ttl.has_value() ? absl::FormatDuration(*result->ttl).c_str() : "none");
  return ExitCode::kOk;
}

ExitCode Touch(CacheStore& store, const TouchArguments& arguments) {
  const absl::StatusOr<ExistsResult> result =
      BlockingCacheStore(store).ExistsWith(arguments.key, {.touch = arguments.ttl});
  if (!result.ok()) return Fail("touch", result.status());
  return result->exists ? ExitCode::kOk : Missed("touch");
}

ExitCode Increment(CacheStore& store, const IncrementArguments& arguments) {
  const absl::StatusOr<IncrementResult> sum =
      BlockingCacheStore(store).Increment(arguments.key, arguments.delta, arguments.ttl);
  if (!sum.ok()) return Fail("incr", sum.status());
  absl::PrintF("%d\n", sum->value);
  return ExitCode::kOk;
}

}  // namespace cachestore
