// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/uploads.h"

#include "absl/strings/str_cat.h"
#include "client/command_line/exit_code.h"
#include "stores/steady_deadline.h"

namespace cachestore {

bool IsHopeless(const absl::Status& status) {
  const ExitCode code = ExitCodeOf(status);
  return code == ExitCode::kUnavailable || code == ExitCode::kTimeout || code == ExitCode::kDenied;
}

Uploads::~Uploads() {
  MutexLock lock(mutex_);
  while (files_in_flight_ > 0) changed_.Wait(mutex_);
}

void Uploads::Start(std::vector<File> files) {
  const auto batch = std::make_shared<const std::vector<File>>(std::move(files));
  {
    MutexLock lock(mutex_);
    files_in_flight_ += batch->size();
    for (const File& file : *batch) bytes_in_flight_ += file.value.size();
  }
  if (batch->size() == 1) return StartOne(batch, 0);
  std::vector<std::string> keys;
  keys.reserve(batch->size());
  for (const File& file : *batch) keys.push_back(absl::StrCat(prefix_, file.name));
  std::vector<SetEntry> entries;
  entries.reserve(batch->size());
  for (size_t i = 0; i < batch->size(); ++i) {
    entries.push_back({.key = keys[i], .value = (*batch)[i].value, .options = {.ttl = ttl_}});
  }
  store_.BatchSet(
      std::move(entries), {},
      [this, batch](const absl::StatusOr<BatchBoolResults>& results) { EndBatch(batch, results); });
}

void Uploads::StartOne(const Batch& batch, size_t index) {
  const File& file = (*batch)[index];
  store_.Set(absl::StrCat(prefix_, file.name), file.value, ttl_, {},
             [this, batch, index](const absl::Status& status) { EndOne((*batch)[index], status); });
}

void Uploads::EndBatch(const Batch& batch, const absl::StatusOr<BatchBoolResults>& results) {
  if (!results.ok() && !IsHopeless(results.status())) {
    for (size_t i = 0; i < batch->size(); ++i) StartOne(batch, i);
    return;
  }
  // Notified under the lock: this may be destroyed as soon as another can take it.
  MutexLock lock(mutex_);
  for (size_t i = 0; i < batch->size(); ++i) {
    Count((*batch)[i], results.ok() ? (*results)[i].status() : results.status());
  }
  changed_.NotifyAll();
}

void Uploads::EndOne(const File& file, const absl::Status& status) {
  MutexLock lock(mutex_);
  Count(file, status);
  changed_.NotifyAll();
}

void Uploads::Count(const File& file, const absl::Status& status) {
  --files_in_flight_;
  bytes_in_flight_ -= file.value.size();
  if (!status.ok()) {
    progress_.failures.push_back({.name = file.name, .status = status});
    return;
  }
  ++progress_.stored_files;
  progress_.stored_bytes += file.value.size();
}

bool Uploads::WaitUntilInFlight(size_t files, size_t bytes) {
  const auto deadline = SteadyDeadline(absl::Milliseconds(100));
  MutexLock lock(mutex_);
  while (files_in_flight_ > files || bytes_in_flight_ > bytes) {
    if (!progress_.failures.empty() || !changed_.WaitUntil(mutex_, deadline)) return false;
  }
  return true;
}

Uploads::Progress Uploads::TakeProgress() {
  MutexLock lock(mutex_);
  Progress progress = progress_;
  progress_.failures.clear();
  return progress;
}

}  // namespace cachestore
