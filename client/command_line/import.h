// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_IMPORT_H_
#define CLIENT_COMMAND_LINE_IMPORT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "client/command_line/exit_code.h"
#include "stores/cache_store.h"

namespace cachestore {

struct ImportArguments {
  std::string folder;
  std::string prefix;  // Put before the relative path; together they are the key.
  std::optional<absl::Duration> ttl;
  size_t in_flight = 1024;
  bool in_json = false;
};

// Stores every regular file under a folder, many at a time: at most `in_flight` of them, and 64 MiB
// (or one file that is larger). Symbolic links are left out. Files up to 64 KiB go in batches, each
// of a quarter of `in_flight`, and of 256 files and 1 MiB at most; beside what is in flight, memory
// holds one batch that is gathered and one file that was read.
//
// A file that fails is reported and counted; the import goes on, unless the next ones would fare no
// better: the service is unavailable, slow, or denies it. Of those in flight then, only the first
// is reported. A batch that is refused as a whole is sent once more, file by file.
//
// Shows its progress if stderr is a terminal, and ends with one line on stdout, in JSON an object:
// whether it was complete, files, bytes, seconds, and how many files failed. Exits 0 if every
// file is stored, 6 if some are not, and with the service's code (3, 4, 5) if it was stopped.
ExitCode Import(CacheStore& store, const ImportArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_IMPORT_H_
