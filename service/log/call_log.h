// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_LOG_CALL_LOG_H_
#define SERVICE_LOG_CALL_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/log/log_line.h"
#include "stores/monotonic_clock.h"

namespace cachestore {

// A line for calls that took long, and for a share of all calls. It tells who called what, how it
// ended and how long it took; of a key its size and hash, unless asked for the key itself, and
// never a value or a credential. At most ten lines a second: the rest is counted, and the next line
// says how many were left out. Thread-safe.
class CallLog {
 public:
  struct Options {
    // A call that takes so long is slow.
    absl::Duration slow = absl::InfiniteDuration();

    // The share of all calls that is logged: 0.01 is each hundredth.
    double share = 0;

    // Whether keys are written as they are.
    bool keys = false;
  };

  // A call that has ended.
  struct Ended {
    absl::string_view method;  // "/package.Service/Method"
    absl::StatusCode code = absl::StatusCode::kOk;
    int64_t nanos = 0;
    std::string peer;
    std::string caller;  // Its name, with access control.
    const absl::Cord& request;
  };

  static constexpr int kLinesPerSecond = 10;

  // `write` takes the lines, on any thread. `clock` must outlive this.
  CallLog(const Options& options, std::function<void(const LogLine& line)> write,
          const MonotonicClock& clock = SystemMonotonicClock());

  // Whether a call that took so long is to be logged. Cheap: asked for each call.
  bool Wants(int64_t nanos) { return nanos >= slow_nanos_ || (share_ > 0 && IsDrawn()); }

  void Write(const Ended& call);

 private:
  // Whether this call is one of the share: as evenly as that goes, on each thread for itself.
  bool IsDrawn() const;

  // Whether there is room for a line in this second; if so, how many were left out before it.
  bool HasRoom(int64_t& left_out);

  const int64_t slow_nanos_;
  const double share_;
  const bool keys_;
  const std::function<void(const LogLine& line)> write_;
  const MonotonicClock& clock_;

  std::atomic<int64_t> second_{std::numeric_limits<int64_t>::min()};
  std::atomic<int> lines_of_second_{0};
  std::atomic<int64_t> left_out_{0};
};

}  // namespace cachestore

#endif  // SERVICE_LOG_CALL_LOG_H_
