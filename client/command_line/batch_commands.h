// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_BATCH_COMMANDS_H_
#define CLIENT_COMMAND_LINE_BATCH_COMMANDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "stores/cache_store.h"

namespace cachestore {

// The commands on many entries, in batches of at most 1000, one after the other. An entry that
// fails is named on stderr, and the first one's error decides what to exit with; a batch that is
// refused as a whole ends the command. Answers go to stdout, all else to stderr.

// Prints a line for each entry that is there, in the order of the keys: key, tab and value, both as
// EscapeLine writes them. kNo if one was not there.
//
// In JSON, here and below, an object a line for each key, whatever came of it; none then is named
// on stderr.
struct GetManyArguments {
  std::vector<std::string> keys;
  bool in_json = false;
};
ExitCode GetMany(CacheStore& store, const GetManyArguments& arguments);

struct SetManyArguments {
  std::vector<std::string> keys_and_values;  // Alternating.
  std::optional<size_t> from_stdin = {};     // Which of them stands for stdin, all of it.
  std::optional<absl::Duration> ttl;
  bool in_json = false;
};

// Prints nothing. Nothing is stored before stdin has ended.
ExitCode SetMany(CacheStore& store, const SetManyArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_BATCH_COMMANDS_H_
