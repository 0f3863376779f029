// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/batch_commands.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
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

// Writes what was found, then names what was not, so that both keep their order in one terminal.
absl::StatusOr<ExitCode> PrintValues(const std::vector<std::string>& keys,
                                     const BatchGetResults& results) {
  absl::Cord lines;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!results[i].ok() || !results[i]->has_value()) continue;
    lines.Append(
        absl::StrCat(EscapeLine(keys[i]), "\t", EscapeLine(std::string(**results[i])), "\n"));
  }
  const absl::Status written = WriteStdout(lines);
  if (!written.ok()) {
    return absl::Status(written.code(), absl::StrCat("stdout: ", written.message()));
  }
  ExitCode code = ExitCode::kOk;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!results[i].ok()) {
      const ExitCode failed = FailKey("mget", keys[i], results[i].status());
      if (code == ExitCode::kOk || code == ExitCode::kNo) code = failed;
    } else if (!results[i]->has_value()) {
      PrintError(absl::StrCat("mget: ", EscapeLine(keys[i]), ": nothing is stored under this key"));
      if (code == ExitCode::kOk) code = ExitCode::kNo;
    }
  }
  return code;
}

}  // namespace

ExitCode GetMany(CacheStore& store, const std::vector<std::string>& keys) {
  BlockingCacheStore cache(store);
  return ForEachBatch(
      "mget", keys.size(), [&](size_t begin, size_t end) -> absl::StatusOr<ExitCode> {
        const std::vector<std::string> batch(keys.data() + begin, keys.data() + end);
        const absl::StatusOr<BatchGetResults> results = cache.BatchGet(batch);
        if (!results.ok()) return results.status();
        return PrintValues(batch, *results);
      });
}

ExitCode SetMany(CacheStore& store, const SetManyArguments& arguments) {
  BlockingCacheStore cache(store);
  const std::vector<std::string>& words = arguments.keys_and_values;
  const auto set_batch = [&](size_t begin, size_t end) -> absl::StatusOr<ExitCode> {
    std::vector<SetEntry> entries;
    for (size_t i = begin; i < end; ++i) {
      entries.push_back({.key = words[2 * i],
                         .value = absl::Cord(words[2 * i + 1]),
                         .options = {.ttl = arguments.ttl}});
    }
    const absl::StatusOr<BatchBoolResults> results = cache.BatchSet(std::move(entries));
    if (!results.ok()) return results.status();
    ExitCode code = ExitCode::kOk;
    for (size_t i = begin; i < end; ++i) {
      const absl::Status& status = (*results)[i - begin].status();
      if (status.ok()) continue;
      const ExitCode failed = FailKey("mset", words[2 * i], status);
      if (code == ExitCode::kOk) code = failed;
    }
    return code;
  };
  return ForEachBatch("mset", words.size() / 2, set_batch);
}

}  // namespace cachestore
