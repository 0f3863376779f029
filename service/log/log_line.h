// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_LOG_LOG_LINE_H_
#define SERVICE_LOG_LOG_LINE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cachestore {

enum class LogLevel { kInfo, kWarning, kError };

absl::string_view LogLevelName(LogLevel level);  // info, warning, error

// One event, for people and for programs.
struct LogLine {
  using Value = std::variant<std::string, int64_t, double>;

  LogLevel level = LogLevel::kInfo;
  std::string message;

  // What programs search by. Names are fixed, values are not.
  std::vector<std::pair<std::string, Value>> fields = {};
};

// cache_server: warning: MESSAGE, NAME VALUE, ...: one line, whatever stands in it.
std::string TextOf(const LogLine& line);

// {"time":"...","level":"warning","message":"...","NAME":VALUE}
std::string JsonOf(const LogLine& line, absl::Time time);

}  // namespace cachestore

#endif  // SERVICE_LOG_LOG_LINE_H_
