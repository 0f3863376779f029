// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_OPTIONS_H_
#define CLIENT_COMMAND_LINE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "client/command_line/target.h"
#include "stores/cache_store.h"

namespace cachestore {

// What the commands of cachectl have in common where they say which arguments they take. What an
// option writes to must live until the line has been read to its end.

// What a command line comes down to. Keeps the arguments that it needs.
using Command = std::function<ExitCode(CacheStore& store, const Target& target)>;

// The same of one that needs no service.
using LocalCommand = std::function<ExitCode()>;

// What becomes of a line whose settings make no target.
using Refusal = std::function<ExitCode(const absl::Status& problem)>;

CLI::App& AddCommand(CLI::App& app, const std::string& name, const std::string& help,
                     const std::string& examples);

// An option, or with a name without dashes an argument, that `assign` reads. A text for which that
// is false is refused with what the option `takes`.
CLI::Option* AddText(CLI::App& command, const std::string& name, const std::string& help,
                     const std::string& takes, std::function<bool(const std::string&)> assign);

// One that takes a duration as settings do, of `least` or more.
CLI::Option* AddDuration(CLI::App& command, const std::string& name, const std::string& help,
                         std::function<void(absl::Duration)> assign,
                         absl::Duration least = absl::Nanoseconds(1));

CLI::Option* AddTtl(CLI::App& command, const std::string& help, std::optional<absl::Duration>& ttl);

// One that takes an etag in hex digits and gives its bytes.
CLI::Option* AddEtag(CLI::App& command, const std::string& name, const std::string& help,
                     std::function<void(std::string)> assign);

// With a flag --escaped, by which any byte can be written.
void AddKey(CLI::App& command, std::string& key);

// Whether the answer is to be JSON. `help` says what it is like, where that needs words.
void AddJson(CLI::App& command, bool& in_json, const std::string& help = "Answer in JSON");

// What that is like where there are keys and values in it.
inline constexpr char kBytesInJson[] = "Answer in JSON, keys and values in base64";

// All arguments that are left, at least one, each as it was typed, unless a flag --escaped says
// otherwise: `escaped` is whether it did. `assign` may throw CLI::ValidationError.
using AssignList = std::function<void(const std::vector<std::string>& given, bool escaped)>;
void AddList(CLI::App& command, const std::string& name, const std::string& help,
             AssignList assign);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_OPTIONS_H_
