// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_READINESS_LOG_H_
#define SERVICE_READINESS_LOG_H_

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "service/log/log_line.h"
#include "service/readiness.h"
#include "stores/mutex.h"

namespace cachestore {

// A line for each change of readiness, with the reason that there is then, while this lives.
// Thread-safe.
class ReadinessLog final : public Readiness::Observer {
 public:
  using Write = std::function<void(const LogLine& line)>;

  // Also says at once why `readiness`, which must outlive this, is not ready, if it is not. `write`
  // takes the lines, one at a time, on any thread.
  static std::shared_ptr<ReadinessLog> Start(const Readiness& readiness, Write write);

  void OnChange() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  ReadinessLog(const Readiness& readiness, Write write);

  const Readiness& readiness_;
  const Write write_;

  // Held while a line is written, so that the last line is about the last change. Changes come once
  // a health interval; whoever makes one may wait for the log.
  Mutex mutex_;
  bool said_ready_ ABSL_GUARDED_BY(mutex_) = true;  // What the last line said, or none.
  bool was_ready_ ABSL_GUARDED_BY(mutex_) = false;  // Ever.
};

}  // namespace cachestore

#endif  // SERVICE_READINESS_LOG_H_
