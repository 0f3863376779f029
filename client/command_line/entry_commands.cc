// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/entry_commands.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
#include "client/command_line/json.h"
#include "client/command_line/output.h"
#include "client/command_line/stdin_claim.h"
#include "stores/blocking_cache_store.h"

namespace cachestore {
namespace {

absl::StatusOr<absl::Cord> ValueOf(const SetArguments& arguments) {
  const bool is_given = arguments.value.has_value() || arguments.file.has_value();
  if (!is_given && StdinIsTerminal()) {
    return absl::InvalidArgumentError(
        "value: is missing; give one, or --file PATH, or - to type it in");
  }
  if (arguments.IsFromStdin()) return ReadStdin();
  if (arguments.file.has_value()) {
    absl::StatusOr<absl::Cord> value = ReadFile(*arguments.file);
    if (value.ok()) return value;
    return absl::Status(value.status().code(),
                        absl::StrCat(*arguments.file, ": ", value.status().message()));
  }
  return absl::Cord(*arguments.value);
}

// Prints one of two words, and exits by it.
ExitCode PrintAnswer(absl::string_view command, const absl::StatusOr<bool>& answer,
                     const char* if_true, const char* if_false) {
  if (!answer.ok()) return Fail(command, answer.status());
  return PrintLine(command, *answer ? if_true : if_false, *answer ? ExitCode::kOk : ExitCode::kNo);
}

// The same in JSON: {"deleted":true}.
ExitCode PrintInJson(absl::string_view command, absl::string_view name, bool answer) {
  return PrintLine(command, JsonObject().Flag(name, answer).ToString(),
                   answer ? ExitCode::kOk : ExitCode::kNo);
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

ExitCode Get(CacheStore& store, const GetArguments& arguments) {
  const absl::StatusOr<GetResult> result =
      BlockingCacheStore(store).GetWith(arguments.key, {.want_etag = arguments.etag});
  if (!result.ok()) return Fail("get", result.status());
  const bool found = result->value.has_value();
  if (!found && !arguments.in_json) return Missed("get");
  absl::Cord answer;
  if (arguments.in_json) {
    JsonObject object;
    object.Flag("found", found);
    if (found && arguments.etag) object.Text("etag", absl::BytesToHexString(result->etag));
    if (found && !arguments.etag) object.Bytes("value", std::string(*result->value));
    answer = absl::StrCat(object.ToString(), "\n");
  } else {
    answer = arguments.etag ? absl::Cord(absl::StrCat(absl::BytesToHexString(result->etag), "\n"))
                            : *result->value;
  }
  return Print("get", answer, found ? ExitCode::kOk : ExitCode::kNo);
}

bool SetArguments::IsFromStdin() const {
  return file.has_value() ? *file == kStdin : value.value_or(kStdin) == kStdin;
}

ExitCode Set(CacheStore& store, const SetArguments& arguments) {
  absl::StatusOr<absl::Cord> value = ValueOf(arguments);
  if (!value.ok()) return Fail("set", value.status());
  BlockingCacheStore cache(store);
  if (!DependsOnWhatIsStored(arguments.options)) {
    const absl::Status status = cache.Set(arguments.key, *std::move(value), arguments.options.ttl);
    if (!status.ok()) return Fail("set", status);
    return arguments.in_json ? PrintInJson("set", "stored", true) : ExitCode::kOk;
  }
  const absl::StatusOr<bool> stored =
      cache.SetWith(arguments.key, *std::move(value), arguments.options);
  if (!stored.ok()) return Fail("set", stored.status());
  if (arguments.in_json) return PrintInJson("set", "stored", *stored);
  if (*stored) return ExitCode::kOk;
  PrintError(absl::StrCat("set: not stored: ", UnmetCondition(arguments.options.condition.kind())));
  return ExitCode::kNo;
}

ExitCode Delete(CacheStore& store, const DeleteArguments& arguments) {
  BlockingCacheStore cache(store);
  const absl::StatusOr<bool> deleted = arguments.etag.has_value()
                                           ? cache.DeleteIf(arguments.key, *arguments.etag)
                                           : cache.Delete(arguments.key);
  if (deleted.ok() && arguments.in_json) return PrintInJson("delete", "deleted", *deleted);
  return PrintAnswer("delete", deleted, "deleted",
                     arguments.etag.has_value() ? "absent or changed" : "absent");
}

ExitCode Exists(CacheStore& store, const ExistsArguments& arguments) {
  const absl::StatusOr<bool> exists = BlockingCacheStore(store).Exists(arguments.key);
  if (exists.ok() && arguments.in_json) return PrintInJson("exists", "exists", *exists);
  return PrintAnswer("exists", exists, "present", "absent");
}

ExitCode PrintTtl(CacheStore& store, const ExistsArguments& arguments) {
  const absl::StatusOr<ExistsResult> result =
      BlockingCacheStore(store).ExistsWith(arguments.key, {.want_ttl = true});
  if (!result.ok()) return Fail("ttl", result.status());
  if (arguments.in_json) {
    JsonObject object;
    object.Flag("exists", result->exists);
    if (result->exists) {
      object.Number("ttl", absl::ToDoubleSeconds(result->ttl.value_or(absl::InfiniteDuration())));
    }
    return PrintLine("ttl", object.ToString(), result->exists ? ExitCode::kOk : ExitCode::kNo);
  }
  if (!result->exists) return Missed("ttl");
  return PrintLine("ttl", result->ttl.has_value() ? absl::FormatDuration(*result->ttl) : "none");
}

ExitCode Touch(CacheStore& store, const TouchArguments& arguments) {
  const absl::StatusOr<ExistsResult> result =
      BlockingCacheStore(store).ExistsWith(arguments.key, {.touch = arguments.ttl});
  if (!result.ok()) return Fail("touch", result.status());
  if (arguments.in_json) return PrintInJson("touch", "exists", result->exists);
  return result->exists ? ExitCode::kOk : Missed("touch");
}

ExitCode Increment(CacheStore& store, const IncrementArguments& arguments) {
  const absl::StatusOr<IncrementResult> sum =
      BlockingCacheStore(store).Increment(arguments.key, arguments.delta, arguments.ttl);
  if (!sum.ok()) return Fail("incr", sum.status());
  return PrintLine("incr", arguments.in_json ? JsonObject().Integer("value", sum->value).ToString()
                                             : absl::StrCat(sum->value));
}

}  // namespace cachestore
