// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/import.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
#include "stores/mutex.h"
#include "stores/steady_deadline.h"

namespace cachestore {
namespace {

constexpr size_t kMaxBytesInFlight = size_t{64} << 20;

// Whether the next file would end the same way.
bool EndsImport(const absl::Status& status) {
  const ExitCode code = ExitCodeOf(status);
  return code == ExitCode::kUnavailable || code == ExitCode::kTimeout || code == ExitCode::kDenied;
}

// One import. This thread reads and starts; the callbacks only count.
class Importer {
 public:
  Importer(CacheStore& store, const ImportArguments& arguments)
      : store_(store), arguments_(arguments) {}

  ExitCode Run();

 private:
  // A file that was not stored, and why.
  struct Failure {
    std::string name;
    absl::Status status;
  };

  void StartFile(const FoundFile& file);
  void EndFile(const std::string& name, size_t bytes, const absl::Status& status);
  void Count(const std::string& name, size_t bytes, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Waits until at most so many are in flight, and meanwhile shows how things go.
  void WaitUntilInFlight(size_t calls, size_t bytes, ProgressBar& bar);
  void Report(ProgressBar& bar);
  void PrintSummary(absl::Duration time);

  CacheStore& store_;
  const ImportArguments& arguments_;
  absl::Status stopped_;  // Why, if it was.
  size_t failed_ = 0;     // Of which stderr has been told.

  Mutex mutex_;
  CondVar changed_;
  size_t calls_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t stored_files_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t stored_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Failure> failures_ ABSL_GUARDED_BY(mutex_);
};

ExitCode Importer::Run() {
  const FolderListing listing = ListFiles(arguments_.folder);
  for (const std::string& error : listing.errors) PrintError(absl::StrCat("import: ", error));
  failed_ = listing.errors.size();
  const absl::Time start = absl::Now();
  {
    ProgressBar bar(listing.files.size(), start);
    for (const FoundFile& file : listing.files) {
      WaitUntilInFlight(arguments_.in_flight - 1, kMaxBytesInFlight, bar);
      if (!stopped_.ok()) break;
      StartFile(file);
    }
    WaitUntilInFlight(0, 0, bar);
  }
  PrintSummary(absl::Now() - start);
  if (!stopped_.ok()) return ExitCodeOf(stopped_);
  return failed_ == 0 ? ExitCode::kOk : ExitCode::kFailed;
}

void Importer::StartFile(const FoundFile& file) {
  absl::StatusOr<absl::Cord> value = ReadFile(file.path);
  if (!value.ok()) {
    // Not the service's words, so no reason to stop.
    MutexLock lock(mutex_);
    Count(file.name, 0, absl::UnknownError(value.status().message()));
    return;
  }
  const size_t bytes = value->size();
  {
    MutexLock lock(mutex_);
    ++calls_in_flight_;
    bytes_in_flight_ += bytes;
  }
  store_.Set(absl::StrCat(arguments_.prefix, file.name), *std::move(value), arguments_.ttl, {},
             [this, name = file.name, bytes](const absl::Status& status) {
               EndFile(name, bytes, status);
             });
}

void Importer::EndFile(const std::string& name, size_t bytes, const absl::Status& status) {
  // Notified under the lock: Run may return as soon as it can take it.
  MutexLock lock(mutex_);
  --calls_in_flight_;
  bytes_in_flight_ -= bytes;
  Count(name, bytes, status);
  changed_.NotifyAll();
}

void Importer::Count(const std::string& name, size_t bytes, const absl::Status& status) {
  if (!status.ok()) {
    failures_.push_back({.name = name, .status = status});
    return;
  }
  ++stored_files_;
  stored_bytes_ += bytes;
}

void Importer::WaitUntilInFlight(size_t calls, size_t bytes, ProgressBar& bar) {
  while (true) {
    Report(bar);
    MutexLock lock(mutex_);
    if (calls_in_flight_ <= calls && bytes_in_flight_ <= bytes && failures_.empty()) return;
    if (failures_.empty()) changed_.WaitUntil(mutex_, SteadyDeadline(absl::Milliseconds(100)));
  }
}

void Importer::Report(ProgressBar& bar) {
  std::vector<Failure> failures;
  size_t files = 0;
  uint64_t bytes = 0;
  {
    MutexLock lock(mutex_);
    failures.swap(failures_);
    files = stored_files_;
    bytes = stored_bytes_;
  }
  for (const Failure& failure : failures) {
    ++failed_;
    const bool ends = EndsImport(failure.status);
    // The others that were in flight end for the same reason; once is enough to say it.
    if (ends && !stopped_.ok()) continue;
    if (ends) stopped_ = failure.status;
    bar.Hide();
    PrintError(absl::StrCat("import: ", failure.name, ": ", failure.status.message()));
  }
  bar.Show(files + failed_, bytes);
}

void Importer::PrintSummary(absl::Duration time) {
  MutexLock lock(mutex_);
  const double seconds = std::max(absl::ToDoubleSeconds(time), 1e-6);
  const auto files = static_cast<double>(stored_files_);
  const auto bytes = static_cast<double>(stored_bytes_);
  absl::PrintF("%s %d files, %d bytes in %.2f s (%.0f files/s, %s/s), %d failed\n",
               stopped_.ok() ? "imported" : "stopped after", stored_files_, stored_bytes_, seconds,
               files / seconds, FormatBytes(bytes / seconds), failed_);
}

}  // namespace

ExitCode Import(CacheStore& store, const ImportArguments& arguments) {
  return Importer(store, arguments).Run();
}

}  // namespace cachestore
