// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/workload.h"

#include "absl/strings/str_format.h"

namespace cachestore {

Workload::Workload(LoadOperation operation, size_t keys, size_t value_bytes)
    : operation_(operation), value_bytes_(value_bytes) {
  keys_.reserve(keys);
  for (size_t i = 0; i < keys; ++i) {
    // Nothing is ever stored under those that are to miss.
    keys_.push_back(operation == LoadOperation::kGetMiss ? absl::StrFormat("miss:%010d", i)
                                                         : absl::StrFormat("key:%011d", i));
  }
}

}  // namespace cachestore
