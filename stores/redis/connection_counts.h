// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_CONNECTION_COUNTS_H_
#define STORES_REDIS_CONNECTION_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "stores/latency_histogram.h"
#include "stores/store_stats.h"

namespace cachestore::redis {

// What a connection counts of itself: on the loop's thread alone. Any thread may read.
class ConnectionCounts {
 public:
  void Connected() {
    is_connected_.store(true, std::memory_order_relaxed);
    Add(connections_, 1);
  }

  // It is gone, after it `was_connected` or before.
  void Lost(bool was_connected) {
    is_connected_.store(false, std::memory_order_relaxed);
    Add(was_connected ? losses_ : failed_attempts_, 1);
  }

  void Pipelined(size_t commands) { pipelined_.store(commands, std::memory_order_relaxed); }

  void RoundTrip(int64_t nanos) {
    Add(round_trips_[LatencyClassOf(nanos)], 1);
    Add(round_trip_nanos_, static_cast<uint64_t>(nanos));
  }

  // Without the node, which it does not know. What is counted meanwhile may be there in part.
  RedisNodeStats Read() const {
    RedisNodeStats stats;
    stats.is_connected = is_connected_.load(std::memory_order_relaxed);
    stats.connections = connections_.load(std::memory_order_relaxed);
    stats.losses = losses_.load(std::memory_order_relaxed);
    stats.failed_attempts = failed_attempts_.load(std::memory_order_relaxed);
    stats.pipelined = pipelined_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < kLatencyClasses; ++i) {
      stats.round_trips.by_class[i] = round_trips_[i].load(std::memory_order_relaxed);
    }
    stats.round_trips.nanos = round_trip_nanos_.load(std::memory_order_relaxed);
    return stats;
  }

 private:
  // There is one writer: no read-modify-write is needed.
  static void Add(std::atomic<uint64_t>& counter, uint64_t count) {
    counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }

  std::atomic<bool> is_connected_{false};
  std::atomic<uint64_t> connections_{0};
  std::atomic<uint64_t> losses_{0};
  std::atomic<uint64_t> failed_attempts_{0};
  std::atomic<size_t> pipelined_{0};
  std::array<std::atomic<uint64_t>, kLatencyClasses> round_trips_ = {};
  std::atomic<uint64_t> round_trip_nanos_{0};
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_CONNECTION_COUNTS_H_
