// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

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
#include "service/metrics/families.h"
#include "service/metrics/family.h"
#include "stores/version.h"

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

// The fields of proc(5)'s stat that follow the name of the program, the first of which is number 3
// there.
std::vector<double> StatFields() {
  const std::string text = ReadProc("self/stat");
  std::vector<double> fields;
  for (const absl::string_view field : absl::StrSplit(
           absl::string_view(text).substr(text.rfind(')') + 1), ' ', absl::SkipEmpty())) {
    double number = 0;
    fields.push_back(absl::SimpleAtod(field, &number) ? number : 0);
  }
  return fields;
}

double OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(descriptors), end(descriptors)));
}

double MaxDescriptors() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

prometheus::MetricFamily Gauge(absl::string_view name, absl::string_view help, double value) {
  Family family = Family::Gauges(name, help);
  family.Add({}, value);
  return std::move(family).Take();
}

MetricFamilies ProcessFamilies() {
  // As proc(5) numbers them, less 3.
  constexpr size_t kUserTicks = 11;
  constexpr size_t kSystemTicks = 12;
  constexpr size_t kStartTicks = 19;
  constexpr size_t kVirtualBytes = 20;
  constexpr size_t kResidentPages = 21;
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::vector<double> fields = StatFields();
  fields.resize(kResidentPages + 1);

  Family cpu = Family::Counters("process_cpu_seconds_total", "Processor time that was used.");
  cpu.Add({}, (fields[kUserTicks] + fields[kSystemTicks]) / ticks_per_second);
  Family build = Family::Gauges("cachestore_build_info", "1, with the version as a label.");
  build.Add({{"version", kVersion}}, 1);

  MetricFamilies families;
  families.push_back(std::move(build).Take());
  families.push_back(std::move(cpu).Take());
  families.push_back(Gauge("process_resident_memory_bytes", "Memory that is resident.",
                           fields[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE))));
  families.push_back(
      Gauge("process_virtual_memory_bytes", "Addresses that are reserved.", fields[kVirtualBytes]));
  families.push_back(Gauge("process_start_time_seconds", "When it was started, since the epoch.",
                           BootTime() + fields[kStartTicks] / ticks_per_second));
  families.push_back(Gauge("process_open_fds", "Descriptors that are open.", OpenDescriptors()));
  families.push_back(Gauge("process_max_fds", "Descriptors that may be.", MaxDescriptors()));
  return families;
}

}  // namespace cachestore
