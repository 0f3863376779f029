// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_UPLOADS_H_
#define CLIENT_COMMAND_LINE_UPLOADS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"

namespace cachestore {

// Whether what failed with `status` would fail again, whatever the file: the service is
// unavailable, slow, or denies it.
bool IsHopeless(const absl::Status& status);

// Files on their way to a store, in batches, and what has come of them. One thread starts and asks;
// the store's callbacks only count, and start what must be started again.
//
// A batch that fails as a whole is no reason for each of its files to fail: one may be refused, or
// the service may take smaller batches, or none. So unless it is hopeless, its files are sent once
// more, each by itself.
class Uploads {
 public:
  struct File {
    std::string name;
    absl::Cord value;
  };

  // A file that was not stored, and why.
  struct Failure {
    std::string name;
    absl::Status status;
  };

  struct Progress {
    size_t stored_files = 0;
    uint64_t stored_bytes = 0;
    std::vector<Failure> failures = {};  // Those that nobody has been told of.
  };

  // `store` must outlive this. Keys are `prefix` and a file's name.
  Uploads(CacheStore& store, std::string prefix, std::optional<absl::Duration> ttl)
      : store_(store), prefix_(std::move(prefix)), ttl_(ttl) {}

  // Waits for what is in flight.
  ~Uploads();
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  // Sends files, at least one, together.
  void Start(std::vector<File> files);

  // Waits until at most so many files and bytes are in flight, for 100 ms at most, and only while
  // there is no failure to tell. True if so.
  bool WaitUntilInFlight(size_t files, size_t bytes);

  Progress TakeProgress();

 private:
  using Batch = std::shared_ptr<const std::vector<File>>;

  void StartOne(const Batch& batch, size_t index);
  void EndBatch(const Batch& batch, const absl::StatusOr<BatchBoolResults>& results);
  void EndOne(const File& file, const absl::Status& status);
  void Count(const File& file, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  CacheStore& store_;
  const std::string prefix_;
  const std::optional<absl::Duration> ttl_;

  Mutex mutex_;
  CondVar changed_;
  size_t files_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  Progress progress_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_UPLOADS_H_
