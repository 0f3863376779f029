// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_LOG_LOG_H_
#define SERVICE_LOG_LOG_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "service/log/log_line.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace cachestore {

enum class LogFormat { kText, kJson };

// Where operators read what the server does: stderr, a line for each event. Thread-safe.
class Log {
 public:
  // Leaves out what is below `least`.
  Log(LogFormat format, LogLevel least);
  ~Log();

  void Write(const LogLine& line);

  void Info(absl::string_view message);
  void Warning(absl::string_view message);
  void Error(absl::string_view message);

 private:
  const LogFormat format_;
  const std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace cachestore

#endif  // SERVICE_LOG_LOG_H_
