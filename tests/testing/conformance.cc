// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/conformance.h"

#include <random>

namespace cachestore {

void ConformanceTest::OpenWith(const Limits& limits) {
  delegate_.reset();
  delegate_ = GetParam()(limits);
}

std::string SomeBytes(size_t bytes, uint32_t seed) {
  std::mt19937 random(seed);
  std::string result(bytes, '\0');
  for (char& byte : result) byte = static_cast<char>(random());
  return result;
}

}  // namespace cachestore
