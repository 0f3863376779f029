// SPDX-License-Identifier: Apache-2.0
#include "service/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace cachestore {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

uint64_t MemoryLimit() {
  const auto machine =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return MemoryLimitOf(Read("/proc/self/cgroup"), "/sys/fs/cgroup", machine);
}

uint64_t MemoryLimitOf(absl::string_view groups, const std::string& mount, uint64_t machine) {
  uint64_t limit = machine;
  for (const absl::string_view line : absl::StrSplit(groups, '\n', absl::SkipEmpty())) {
    // 0::/a/group of version 2; 7:memory:/a/group of version 1.
    const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    const bool is_memory = fields[1] == "memory";
    if (!is_memory && !fields[1].empty()) continue;
    const std::filesystem::path root = is_memory ? mount + "/memory" : mount;
    const char* const file = is_memory ? "memory.limit_in_bytes" : "memory.max";
    // The groups that it is in, too. In a container, those that are not seen there are missing.
    for (std::filesystem::path group = fields[2];; group = group.parent_path()) {
      uint64_t bytes = 0;  // There may be no file, and it may say max.
      const std::string text = Read(root / group.relative_path() / file);
      if (absl::SimpleAtoi(text, &bytes)) limit = std::min(limit, bytes);
      if (group == group.parent_path()) break;
    }
  }
  return limit;
}

}  // namespace cachestore
