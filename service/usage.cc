// SPDX-License-Identifier: Apache-2.0
#include "service/usage.h"

#include <vector>

namespace cachestore {

UsageCounts Usage::Sum() const {
  const std::vector<uint64_t> sums = counters_.Sum();
  return {.hits = sums[kHits],
          .misses = sums[kMisses],
          .stored = sums[kStored],
          .deleted = sums[kDeleted]};
}

}  // namespace cachestore
