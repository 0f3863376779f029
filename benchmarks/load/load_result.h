// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_LOAD_RESULT_H_
#define BENCHMARKS_LOAD_LOAD_RESULT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "benchmarks/load/histogram.h"

namespace cachestore {

// What was measured. Calls that failed, or had a wrong answer, count here and nowhere else; so do
// those that were refused.
struct LoadResult {
  CallHistogram latency = {};
  uint64_t failed = 0;
  uint64_t refused = 0;  // RESOURCE_EXHAUSTED; of wire_client alone, for others they have failed.
  absl::Duration time = {};
  absl::Duration cpu_time = {};  // Of this process.
};

// As one line of JSON, for benchmarks/harness/loads.py to read. `how` is what comes first in it:
// the members that say what was run.
std::string ToJson(const LoadResult& result, absl::string_view how);

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_LOAD_RESULT_H_
