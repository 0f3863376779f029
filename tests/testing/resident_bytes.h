// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_RESIDENT_BYTES_H_
#define TESTS_TESTING_RESIDENT_BYTES_H_

#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace cachestore {

// The memory that a process has in RAM.
inline size_t ResidentBytes(pid_t pid) {
  std::ifstream statm(absl::StrCat("/proc/", pid, "/statm"));
  size_t pages = 0;
  size_t resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// The most that it has had there.
inline size_t PeakResidentBytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  std::string word;
  while (status >> word && word != "VmHWM:") {
  }
  size_t kibibytes = 0;
  status >> kibibytes;
  return kibibytes * 1024;
}

}  // namespace cachestore

#endif  // TESTS_TESTING_RESIDENT_BYTES_H_
