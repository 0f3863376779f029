// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cachestore {
namespace {

namespace fs = std::filesystem;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

absl::Status SystemError(int error) {
  return absl::UnknownError(std::generic_category().message(error));
}

absl::StatusOr<absl::Cord> ReadAll(std::FILE* file, size_t expected_bytes) {
  constexpr size_t kStepBytes = size_t{64} << 10;
  std::string bytes;
  bytes.reserve(expected_bytes + 1);  // One more: a short read is the end.
  while (true) {
    const size_t old_size = bytes.size();
    const size_t spare = bytes.capacity() - old_size;
    const size_t step = spare > 0 ? spare : kStepBytes;
    bytes.resize(old_size + step);
    const size_t read = std::fread(bytes.data() + old_size, 1, step, file);
    bytes.resize(old_size + read);
    if (bytes.size() > kMaxReadBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("is more than ", kMaxReadBytes, " bytes, which no cache takes"));
    }
    if (read < step) break;
  }
  if (std::ferror(file) != 0) return SystemError(errno);
  return absl::Cord(std::move(bytes));
}

// Appends what is in one folder: its files, and to `folders` the folders that are still to visit.
void ListOne(const fs::path& folder, const fs::path& root, FolderListing& listing,
             std::vector<fs::path>& folders) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code type_error;  // What vanished meanwhile is of no type.
    const fs::file_type type = entry->symlink_status(type_error).type();
    if (type == fs::file_type::directory) folders.push_back(entry->path());
    if (type == fs::file_type::regular) {
      listing.files.push_back(
          {.path = entry->path(), .name = entry->path().lexically_relative(root).generic_string()});
    }
  }
  if (error) listing.errors.push_back(absl::StrCat(folder.string(), ": ", error.message()));
}

}  // namespace

absl::StatusOr<absl::Cord> ReadFile(const fs::path& path) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return SystemError(errno);
  std::error_code error;
  const uint64_t size = fs::file_size(path, error);  // Unknown for a pipe.
  if (!error && size > kMaxReadBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is ", size, " bytes; no cache takes more than ", kMaxReadBytes));
  }
  return ReadAll(file.get(), error ? 0 : size);
}

absl::StatusOr<absl::Cord> ReadStdin() {
  absl::StatusOr<absl::Cord> bytes = ReadAll(stdin, 0);
  if (bytes.ok()) return bytes;
  return absl::Status(bytes.status().code(), absl::StrCat("stdin: ", bytes.status().message()));
}

absl::Status WriteStdout(const absl::Cord& bytes) {
  for (const absl::string_view chunk : bytes.Chunks()) {
    if (std::fwrite(chunk.data(), 1, chunk.size(), stdout) != chunk.size()) {
      return SystemError(errno);
    }
  }
  return std::fflush(stdout) == 0 ? absl::OkStatus() : SystemError(errno);
}

FolderListing ListFiles(const fs::path& root) {
  FolderListing listing;
  std::vector<fs::path> folders = {root};
  while (!folders.empty()) {
    const fs::path next = std::move(folders.back());
    folders.pop_back();
    ListOne(next, root, listing, folders);
  }
  std::sort(listing.files.begin(), listing.files.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return listing;
}

}  // namespace cachestore
