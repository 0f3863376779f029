// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_FIXED_RATE_H_
#define BENCHMARKS_LOAD_FIXED_RATE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/load/call_connection.h"
#include "benchmarks/load/load_result.h"

namespace cachestore {

// Begins calls by the clock, in turn on each of its connections, however long the others take, and
// measures each from when it was due: a server that stalls, and a generator that is late, delay all
// the calls that were due meanwhile (without what Gil Tene calls coordinated omission). One thread,
// which waits in epoll: light enough to be beside the server on a small machine.
class FixedRate final : public CallObserver {
 public:
  struct Options {
    double calls_per_second = 1'000;
    size_t keys = 1;                  // Called at random, the same in every run.
    size_t most_in_flight = 100'000;  // A call beyond has failed.
  };

  static absl::StatusOr<std::unique_ptr<FixedRate>> Create(const Options& options);

  ~FixedRate();
  FixedRate(const FixedRate&) = delete;
  FixedRate& operator=(const FixedRate&) = delete;

  // Before Run, at least once.
  absl::Status Add(std::unique_ptr<CallConnection> connection);

  // Calls for `warmup`, which does not count, and for `time`. Blocks until all have ended; those
  // that have not some seconds later, or whose connection is lost, have failed. Once.
  LoadResult Run(absl::Duration warmup, absl::Duration time);

  // What went wrong first; empty if nothing did.
  const std::string& error() const { return error_; }

  void Ended(int64_t due_ns, absl::string_view error) override;

 private:
  FixedRate(const Options& options, int epoll);

  absl::Status RunUntilAllEnded();
  // Begins all calls that are due at `now`.
  absl::Status StartDue(int64_t now);
  // Waits until `until` at most, for a connection that can go on, and lets it.
  absl::Status WaitAndServe(int64_t until);
  // Sends what there is; has epoll wait for room for what the socket does not take.
  absl::Status Send(CallConnection& connection) const;
  void Fail(absl::string_view error);

  int64_t DueAt(uint64_t call) const;
  size_t NextKey();

  const Options options_;
  const int epoll_;
  std::vector<std::unique_ptr<CallConnection>> connections_;
  int64_t begin_ = 0;
  int64_t from_ = 0;  // Calls that are due in [from_, to_) count.
  int64_t to_ = 0;
  uint64_t started_ = 0;
  uint64_t ended_ = 0;
  uint64_t random_ = 0;
  absl::Duration cpu_before_;  // What counts.
  LoadResult result_;
  std::string error_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_FIXED_RATE_H_
