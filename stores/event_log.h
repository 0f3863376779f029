// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_EVENT_LOG_H_
#define STORES_EVENT_LOG_H_

#include <functional>

#include "absl/strings/string_view.h"

namespace cachestore {

// How operators should take an event: as news, or as something that is not as it should be.
enum class Severity { kInfo, kWarning };

// Where a part of the program tells operators what befalls it, in a line. Runs on any thread, and
// must not block.
using EventLog = std::function<void(Severity severity, absl::string_view line)>;

// Where there are no operators.
inline void IgnoreEvents(Severity /*severity*/, absl::string_view /*line*/) {}

}  // namespace cachestore

#endif  // STORES_EVENT_LOG_H_
