// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_CALL_METRICS_H_
#define SERVICE_DOOR_CALL_METRICS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"

namespace cachestore {

// How many calls of each method have ended, how, and how long they took. Thread-safe. Each thread
// counts in cells of its own (stores/thread_stripe.h), so that counting a call costs a few
// nanoseconds however many threads do.
class CallMetrics {
 public:
  // The canonical status codes, from 0.
  static constexpr size_t kCodes = 17;

  // The longest that calls of each class of latency take. Those that take longer are one more.
  static constexpr std::array<int64_t, 16> kLatencyNanos = {
      25'000,      50'000,      100'000,       250'000,      500'000,    1'000'000,
      2'500'000,   5'000'000,   10'000'000,    25'000'000,   50'000'000, 100'000'000,
      250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000};
  static constexpr size_t kClasses = kLatencyNanos.size() + 1;

  struct OfMethod {
    std::array<uint64_t, kCodes> by_code = {};
    std::array<uint64_t, kClasses> by_latency = {};
    uint64_t nanos = 0;  // Of all calls together.
  };

  // For methods that are numbered from 0.
  explicit CallMetrics(size_t methods);
  ~CallMetrics();
  CallMetrics(const CallMetrics&) = delete;
  CallMetrics& operator=(const CallMetrics&) = delete;

  void Record(size_t method, absl::StatusCode code, int64_t nanos);

  // What was counted up to now, by methods. A call that ends meanwhile may be counted in part.
  std::vector<OfMethod> Sum() const;

 private:
  struct Cell {
    std::array<std::atomic<uint64_t>, kCodes> by_code = {};
    std::array<std::atomic<uint64_t>, kClasses> by_latency = {};
    std::atomic<uint64_t> nanos = 0;
  };

  // The cells of a stripe, one for each method.
  Cell* CellsOf(size_t stripe);

  const size_t methods_;
  // Made when a stripe first counts.
  std::vector<std::atomic<Cell*>> stripes_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_CALL_METRICS_H_
