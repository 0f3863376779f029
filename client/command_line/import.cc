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
#include "client/command_line/json.h"
#include "client/command_line/output.h"
#include "client/command_line/uploads.h"

namespace cachestore {
namespace {

constexpr size_t kMaxBytesInFlight = size_t{64} << 20;

// What a small file costs is the call, so these share one. Beyond 64 KiB the bytes cost more, and a
// batch of them would gain nothing.
constexpr size_t kMaxSmallFileBytes = size_t{64} << 10;
constexpr size_t kMaxBatchFiles = 256;
constexpr size_t kMaxBatchBytes = size_t{1} << 20;

// One import. This thread reads, gathers and starts.
class Importer {
 public:
  Importer(CacheStore& store, const ImportArguments& arguments)
      : arguments_(arguments),
        // So that there are always some on their way while the next are gathered.
        max_batch_files_(std::clamp(arguments.in_flight / 4, size_t{1}, kMaxBatchFiles)),
        uploads_(store, arguments.prefix, arguments.ttl) {}

  ExitCode Run();

 private:
  // Reads a file, and sends it, or what was gathered before it.
  void Add(const FoundFile& file, ProgressBar& bar);
  void SendGathered(ProgressBar& bar);

  // Sends files once there is room, unless the import is stopped meanwhile.
  void Send(std::vector<Uploads::File> files, size_t bytes, ProgressBar& bar);

  // Waits until at most so many are in flight, and meanwhile shows how things go.
  void WaitUntilInFlight(size_t files, size_t bytes, ProgressBar& bar);
  void Report(ProgressBar& bar);
  void PrintFailure(absl::string_view name, const absl::Status& status, ProgressBar& bar);
  ExitCode PrintSummary(absl::Duration time);

  const ImportArguments& arguments_;
  const size_t max_batch_files_;
  absl::Status stopped_;  // Why, if it was.
  size_t failed_ = 0;     // Of which stderr has been told.
  size_t stored_files_ = 0;
  uint64_t stored_bytes_ = 0;
  std::vector<Uploads::File> gathered_;
  size_t gathered_bytes_ = 0;
  Uploads uploads_;
};

ExitCode Importer::Run() {
  const FolderListing listing = ListFiles(arguments_.folder);
  for (const std::string& error : listing.errors) PrintError(absl::StrCat("import: ", error));
  failed_ = listing.errors.size();
  const absl::Time start = absl::Now();
  {
    ProgressBar bar(listing.files.size() + listing.errors.size(), start);
    for (const FoundFile& file : listing.files) {
      Report(bar);
      if (!stopped_.ok()) break;
      Add(file, bar);
    }
    SendGathered(bar);
    WaitUntilInFlight(0, 0, bar);
  }
  const ExitCode printed = PrintSummary(absl::Now() - start);
  if (!stopped_.ok()) return ExitCodeOf(stopped_);
  return failed_ == 0 ? printed : ExitCode::kFailed;
}

void Importer::Add(const FoundFile& file, ProgressBar& bar) {
  absl::StatusOr<absl::Cord> value = ReadFile(file.path);
  if (!value.ok()) {
    ++failed_;
    return PrintFailure(file.name, value.status(), bar);
  }
  const size_t bytes = value->size();
  Uploads::File read = {.name = file.name, .value = *std::move(value)};
  if (bytes > kMaxSmallFileBytes) {
    std::vector<Uploads::File> alone;
    alone.push_back(std::move(read));
    return Send(std::move(alone), bytes, bar);
  }
  if (gathered_bytes_ + bytes > kMaxBatchBytes) SendGathered(bar);
  gathered_.push_back(std::move(read));
  gathered_bytes_ += bytes;
  if (gathered_.size() == max_batch_files_) SendGathered(bar);
}

void Importer::SendGathered(ProgressBar& bar) {
  if (gathered_.empty()) return;
  Send(std::exchange(gathered_, {}), std::exchange(gathered_bytes_, 0), bar);
}

void Importer::Send(std::vector<Uploads::File> files, size_t bytes, ProgressBar& bar) {
  WaitUntilInFlight(arguments_.in_flight - files.size(),
                    kMaxBytesInFlight - std::min(bytes, kMaxBytesInFlight), bar);
  if (stopped_.ok()) uploads_.Start(std::move(files));
}

void Importer::WaitUntilInFlight(size_t files, size_t bytes, ProgressBar& bar) {
  while (!uploads_.WaitUntilInFlight(files, bytes)) Report(bar);
  Report(bar);
}

void Importer::Report(ProgressBar& bar) {
  const Uploads::Progress progress = uploads_.TakeProgress();
  stored_files_ = progress.stored_files;
  stored_bytes_ = progress.stored_bytes;
  for (const Uploads::Failure& failure : progress.failures) {
    ++failed_;
    const bool ends = IsHopeless(failure.status);
    // The others that were in flight end for the same reason; once is enough to say it.
    if (ends && !stopped_.ok()) continue;
    if (ends) stopped_ = failure.status;
    PrintFailure(failure.name, failure.status, bar);
  }
  bar.Show(stored_files_ + failed_, stored_bytes_);
}

void Importer::PrintFailure(absl::string_view name, const absl::Status& status, ProgressBar& bar) {
  bar.Hide();
  PrintError(absl::StrCat("import: ", name, ": ", status.message()));
}

ExitCode Importer::PrintSummary(absl::Duration time) {
  const double seconds = std::max(absl::ToDoubleSeconds(time), 1e-6);
  if (arguments_.in_json) {
    JsonObject object;
    object.Flag("complete", stopped_.ok() && failed_ == 0);
    object.Count("files", stored_files_).Count("bytes", stored_bytes_);
    object.Number("seconds", seconds).Count("failed", failed_);
    return PrintLine("import", object.ToString());
  }
  const auto files = static_cast<double>(stored_files_);
  const auto bytes = static_cast<double>(stored_bytes_);
  return PrintLine(
      "import",
      absl::StrFormat("%s %d files, %d bytes in %.2f s (%.0f files/s, %s/s), %d failed",
                      stopped_.ok() ? "imported" : "stopped after", stored_files_, stored_bytes_,
                      seconds, files / seconds, FormatBytes(bytes / seconds), failed_));
}

}  // namespace

ExitCode Import(CacheStore& store, const ImportArguments& arguments) {
  return Importer(store, arguments).Run();
}

}  // namespace cachestore
