// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_DOCTOR_H_
#define CLIENT_COMMAND_LINE_DOCTOR_H_

#include "absl/status/status.h"
#include "client/command_line/exit_code.h"
#include "client/command_line/target.h"
#include "stores/cache_store.h"

namespace cachestore {

// Goes all the way to a service and back, and says of each step how it went and what to do: the
// name, the connection, TLS, readiness, credentials, an entry's round trip, limits, latency and
// clock. Ends where the next step cannot work. Exits 0 if none fails, else 1. Stores one entry
// under a key of its own, and removes it.
ExitCode Examine(CacheStore& store, const Target& target, bool in_json);

// The same where there is not even a target: `problem` says what is wrong with the settings.
ExitCode ExamineNothing(const absl::Status& problem, bool in_json);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_DOCTOR_H_
