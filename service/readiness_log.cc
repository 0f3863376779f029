// SPDX-License-Identifier: Apache-2.0
#include "service/readiness_log.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore {

std::shared_ptr<ReadinessLog> ReadinessLog::Start(const Readiness& readiness, Write write) {
  std::shared_ptr<ReadinessLog> log(new ReadinessLog(readiness, std::move(write)));
  readiness.Observe(log);
  log->OnChange();
  return log;
}

ReadinessLog::ReadinessLog(const Readiness& readiness, Write write)
    : readiness_(readiness), write_(std::move(write)) {}

void ReadinessLog::OnChange() {
  const MutexLock lock(mutex_);
  const bool is_ready = readiness_.ready();
  const bool is_news = is_ready != said_ready_;
  if (is_news && is_ready) {
    write_({.level = LogLevel::kInfo, .message = was_ready_ ? "ready again" : "ready"});
  } else if (is_news) {
    write_({.level = LogLevel::kWarning,
            .message = absl::StrCat("not ready: ", readiness_.not_ready_reason())});
  }
  said_ready_ = is_ready;
  was_ready_ = was_ready_ || is_ready;
}

}  // namespace cachestore
