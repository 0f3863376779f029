// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_CALL_LOOP_H_
#define BENCHMARKS_LOAD_CALL_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/load/call_connection.h"
#include "benchmarks/load/load_result.h"

namespace cachestore {

// Makes calls on its connections and measures each from when it was due. One thread, which waits in
// epoll: light enough to be beside the server on a small machine.
//
// An open loop begins calls by the clock, in turn on each connection, however long the others take:
// a server that stalls, and a generator that is late, delay all the calls that were due meanwhile
// (without what Gil Tene calls coordinated omission). A closed loop begins one whenever one ends.
class CallLoop final : public CallObserver {
 public:
  struct Options {
    std::optional<double> calls_per_second;  // An open loop; without it a closed one.
    size_t in_flight = 1;                    // Of a closed loop, on each connection.
    size_t most_in_flight = 100'000;         // Of an open loop; a call beyond has failed.
    size_t exchanges = 1;                    // That there are; see NextExchange.
  };

  static absl::StatusOr<std::unique_ptr<CallLoop>> Create(const Options& options);

  ~CallLoop();
  CallLoop(const CallLoop&) = delete;
  CallLoop& operator=(const CallLoop&) = delete;

  // Before Run, at least once.
  absl::Status Add(std::unique_ptr<CallConnection> connection);

  // Calls for `warmup`, which does not count, and for `time`. Blocks until all have ended; those
  // that have not some seconds later, or whose connection is lost, have failed. Once.
  LoadResult Run(absl::Duration warmup, absl::Duration time);

  // What went wrong first; empty if nothing did.
  const std::string& error() const { return error_; }

  void Ended(int64_t due_ns, absl::string_view error) override;
  void Refused(int64_t due_ns) override;

 private:
  CallLoop(const Options& options, int epoll);

  absl::Status RunUntilAllEnded();
  // Begins so many calls on each connection.
  absl::Status StartOnEach(size_t calls);
  void StartNow(CallConnection& connection, size_t calls);
  // Begins all calls of an open loop that are due at `now`.
  absl::Status StartDue(int64_t now);
  // Waits until `until` at most, for a connection that can go on, and lets it.
  absl::Status WaitAndServe(int64_t until);
  // Sends what there is; has epoll wait for room for what the socket does not take.
  absl::Status Send(CallConnection& connection) const;
  void Fail(absl::string_view error);

  // When a call of an open loop is due; those of a closed loop never are.
  int64_t DueAt(uint64_t call) const;

  // Each once, in order, then at random.
  size_t NextExchange();

  const Options options_;
  const int epoll_;
  std::vector<std::unique_ptr<CallConnection>> connections_;
  int64_t begin_ = 0;
  int64_t from_ = 0;  // Calls that are due in [from_, to_) count.
  int64_t to_ = 0;
  uint64_t started_ = 0;
  uint64_t ended_ = 0;
  size_t exchanges_in_order_ = 0;
  uint64_t random_ = 0;
  absl::Duration cpu_before_;  // What counts.
  LoadResult result_;
  std::string error_;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_CALL_LOOP_H_
