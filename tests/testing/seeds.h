// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_SEEDS_H_
#define TESTS_TESTING_SEEDS_H_

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace cachestore {

// The seeds that a randomised test runs with, one after the other: the same every time, unless
// CACHESTORE_TEST_SEED gives one (`bazel test --test_env=CACHESTORE_TEST_SEED=7 ...`). A test says
// with SCOPED_TRACE which one it runs.
inline std::vector<uint32_t> TestSeeds() {
  if (const char* seed = std::getenv("CACHESTORE_TEST_SEED"); seed != nullptr) {
    return {static_cast<uint32_t>(std::strtoul(seed, nullptr, 10))};
  }
  return {1, 2, 3, 4, 5, 6};
}

}  // namespace cachestore

#endif  // TESTS_TESTING_SEEDS_H_
