// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace cachestore {
namespace {

std::string ReadProc(const std::string& name) {
  std::ifstream file("/proc/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A number in seconds since the epoch: when the machine was started.
double BootTime() {
  const std::string text = ReadProc("stat");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    double seconds = 0;
    if (absl::ConsumePrefix(&line, "btime ") && absl::SimpleAtod(line, &seconds)) return seconds;
  }
  return 0;
}

// The fields of proc(5)'s stat that follow the name of the program. It numbers them from 3.
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;
constexpr size_t kStartTicks = 19;
constexpr size_t kVirtualBytes = 20;
constexpr size_t kResidentPages = 21;

std::vector<double> StatFields() {
  const std::string text = ReadProc("self/stat");
  std::vector<double> fields;
  for (const absl::string_view field : absl::StrSplit(
           absl::string_view(text).substr(text.rfind(')') + 1), ' ', absl::SkipEmpty())) {
    double number = 0;
    fields.push_back(absl::SimpleAtod(field, &number) ? number : 0);
  }
  fields.resize(std::max(fields.size(), kResidentPages + 1));
  return fields;
}

uint64_t OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  return error ? 0 : static_cast<uint64_t>(std::distance(begin(descriptors), end(descriptors)));
}

uint64_t MaxDescriptors() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

double TicksPerSecond() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

}  // namespace

v1::ProcessStats ReadProcessStats() {
  const std::vector<double> fields = StatFields();
  v1::ProcessStats stats;
  stats.set_cpu_seconds((fields[kUserTicks] + fields[kSystemTicks]) / TicksPerSecond());
  stats.set_resident_bytes(static_cast<uint64_t>(fields[kResidentPages]) *
                           static_cast<uint64_t>(sysconf(_SC_PAGESIZE)));
  stats.set_virtual_bytes(static_cast<uint64_t>(fields[kVirtualBytes]));
  stats.set_open_descriptors(OpenDescriptors());
  stats.set_max_descriptors(MaxDescriptors());
  return stats;
}

absl::Time ProcessStart() {
  return absl::FromUnixSeconds(0) +
         absl::Seconds(BootTime() + StatFields()[kStartTicks] / TicksPerSecond());
}

}  // namespace cachestore
