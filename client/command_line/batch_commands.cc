// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/batch_commands.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
#include "client/command_line/json.h"
#include "stores/blocking_cache_store.h"
#include "stores/cache_options.h"

namespace cachestore {
namespace {

// Reports the error of one key.
ExitCode FailKey(absl::string_view command, absl::string_view key, const absl::Status& error) {
  return Fail(absl::StrCat(command, ": ", EscapeLine(key)), error);
}

// Runs `run` on each batch of `total` items, until one fails as a whole. Gives the first exit code
// of a failure, or else kNo if there was one.
ExitCode ForEachBatch(absl::string_view command, size_t total,
                      absl::FunctionRef<absl::StatusOr<ExitCode>(size_t begin, size_t end)> run) {
  ExitCode code = ExitCode::kOk;
  for (size_t begin = 0; begin < total; begin += kDefaultMaxBatchKeys) {
    const size_t end = std::min(begin + kDefaultMaxBatchKeys, total);
    const absl::StatusOr<ExitCode> of_batch = run(begin, end);
    const bool failed_before = code != ExitCode::kOk && code != ExitCode::kNo;
    if (!of_batch.ok()) {
      // The error may count keys from the beginning of their batch.
      const std::string which =
          total > kDefaultMaxBatchKeys ? absl::StrCat(": numbers ", begin + 1, " to ", end) : "";
      const ExitCode failed = Fail(absl::StrCat(command, which), of_batch.status());
      return failed_before ? code : failed;
    }
    if (!failed_before && *of_batch != ExitCode::kOk) code = *of_batch;
  }
  return code;
}

// What to exit with after a failure of one key, where it was `code` until then.
ExitCode Worse(ExitCode code, ExitCode failed) {
  return code == ExitCode::kOk || code == ExitCode::kNo ? failed : code;
}

// Starts the object of a key, and adds what is wrong with it, if anything is.
JsonObject ObjectOf(absl::string_view key, const absl::Status& status) {
  JsonObject object;
  object.Bytes("key", key);
  if (!status.ok()) {
    object.Text("error", absl::StatusCodeToString(status.code()));
    object.Text("message", status.message());
  }
  return object;
}

absl::Status WriteLines(const absl::Cord& lines) {
  absl::Status written = WriteStdout(lines);
  if (written.ok()) return written;
  return absl::Status(written.code(), absl::StrCat("stdout: ", written.message()));
}

absl::StatusOr<ExitCode> PrintValuesInJson(const std::vector<std::string>& keys,
                                           const BatchGetResults& results) {
  absl::Cord lines;
  ExitCode code = ExitCode::kOk;
  for (size_t i = 0; i < keys.size(); ++i) {
    JsonObject object = ObjectOf(keys[i], results[i].status());
    if (!results[i].ok()) {
      code = Worse(code, ExitCodeOf(results[i].status()));
    } else {
      const bool found = results[i]->has_value();
      object.Flag("found", found);
      if (found) object.Bytes("value", std::string(**results[i]));
      if (!found && code == ExitCode::kOk) code = ExitCode::kNo;
    }
    lines.Append(absl::StrCat(object.ToString(), "\n"));
  }
  if (absl::Status written = WriteLines(lines); !written.ok()) return written;
  return code;
}

// Writes what was found, then names what was not, so that both keep their order in one terminal.
absl::StatusOr<ExitCode> PrintValues(const std::vector<std::string>& keys,
                                     const BatchGetResults& results) {
  absl::Cord lines;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!results[i].ok() || !results[i]->has_value()) continue;
    lines.Append(
        absl::StrCat(EscapeLine(keys[i]), "\t", EscapeLine(std::string(**results[i])), "\n"));
  }
  if (absl::Status written = WriteLines(lines); !written.ok()) return written;
  ExitCode code = ExitCode::kOk;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!results[i].ok()) {
      const ExitCode failed = FailKey("mget", keys[i], results[i].status());
      code = Worse(code, failed);
    } else if (!results[i]->has_value()) {
      PrintError(absl::StrCat("mget: ", EscapeLine(keys[i]), ": nothing is stored under this key"));
      if (code == ExitCode::kOk) code = ExitCode::kNo;
    }
  }
  return code;
}

}  // namespace

ExitCode GetMany(CacheStore& store, const GetManyArguments& arguments) {
  const std::vector<std::string>& keys = arguments.keys;
  BlockingCacheStore cache(store);
  return ForEachBatch(
      "mget", keys.size(), [&](size_t begin, size_t end) -> absl::StatusOr<ExitCode> {
        const std::vector<std::string> batch(keys.data() + begin, keys.data() + end);
        const absl::StatusOr<BatchGetResults> results = cache.BatchGet(batch);
        if (!results.ok()) return results.status();
        return arguments.in_json ? PrintValuesInJson(batch, *results)
                                 : PrintValues(batch, *results);
      });
}

ExitCode SetMany(CacheStore& store, const SetManyArguments& arguments) {
  BlockingCacheStore cache(store);
  const std::vector<std::string>& words = arguments.keys_and_values;
  const absl::StatusOr<absl::Cord> piped =
      arguments.from_stdin.has_value() ? ReadStdin() : absl::Cord();
  if (!piped.ok()) return Fail("mset", piped.status());
  const auto value_at = [&](size_t i) {
    return arguments.from_stdin == i ? *piped : absl::Cord(words[i]);
  };
  const auto set_batch = [&](size_t begin, size_t end) -> absl::StatusOr<ExitCode> {
    std::vector<SetEntry> entries;
    for (size_t i = begin; i < end; ++i) {
      entries.push_back(
          {.key = words[2 * i], .value = value_at(2 * i + 1), .options = {.ttl = arguments.ttl}});
    }
    const absl::StatusOr<BatchBoolResults> results = cache.BatchSet(std::move(entries));
    if (!results.ok()) return results.status();
    ExitCode code = ExitCode::kOk;
    absl::Cord lines;
    for (size_t i = begin; i < end; ++i) {
      const absl::Status& status = (*results)[i - begin].status();
      if (arguments.in_json) {
        JsonObject object = ObjectOf(words[2 * i], status);
        if (status.ok()) object.Flag("stored", true);
        lines.Append(absl::StrCat(object.ToString(), "\n"));
      }
      if (status.ok()) continue;
      code = Worse(code,
                   arguments.in_json ? ExitCodeOf(status) : FailKey("mset", words[2 * i], status));
    }
    if (absl::Status written = WriteLines(lines); !written.ok()) return written;
    return code;
  };
  return ForEachBatch("mset", words.size() / 2, set_batch);
}

}  // namespace cachestore
