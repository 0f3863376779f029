// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_
#define CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "stores/cache_store.h"

namespace cachestore {

// The commands on one entry: each makes its call, prints what came of it, and says what to exit
// with. Answers go to stdout, all else to stderr.

struct GetArguments {
  std::string key;
  bool etag = false;     // Rather than the value.
  bool in_json = false;  // Of an etag, hex digits there too.
};

// Writes the value and nothing else, or its etag in hex digits. A miss writes nothing to stdout,
// and in JSON that nothing was found.
ExitCode Get(CacheStore& store, const GetArguments& arguments);

struct SetArguments {
  std::string key;
  // One of these, or neither: stdin, which must then be no terminal. Either is stdin too if it is
  // -.
  std::optional<std::string> value;
  std::optional<std::string> file;
  bool IsFromStdin() const;
  SetOptions options;
  bool in_json = false;
};

// Prints nothing; on stderr, which condition was not met. In JSON, whether it was stored.
ExitCode Set(CacheStore& store, const SetArguments& arguments);

struct DeleteArguments {
  std::string key;
  std::optional<std::string> etag;  // The entry must have it.
  bool in_json = false;
};

// Prints deleted or absent, or with an etag deleted, or absent or changed.
ExitCode Delete(CacheStore& store, const DeleteArguments& arguments);

struct ExistsArguments {
  std::string key;
  bool in_json = false;
};

// Prints present or absent.
ExitCode Exists(CacheStore& store, const ExistsArguments& arguments);

// Prints the TTL that remains, as --ttl takes it, or none; in JSON in seconds, or null.
ExitCode PrintTtl(CacheStore& store, const ExistsArguments& arguments);

struct TouchArguments {
  std::string key;
  absl::Duration ttl;
  bool in_json = false;
};

// Prints nothing; in JSON, whether the entry was there.
ExitCode Touch(CacheStore& store, const TouchArguments& arguments);

struct IncrementArguments {
  std::string key;
  int64_t delta = 1;
  std::optional<absl::Duration> ttl;
  bool in_json = false;
};

// Prints the sum.
ExitCode Increment(CacheStore& store, const IncrementArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_ENTRY_COMMANDS_H_
