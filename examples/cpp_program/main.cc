// SPDX-License-Identifier: Apache-2.0

// A slow function behind a cache: `cpp_program NUMBER` prints the number's factors, and where they
// came from. What stands behind the cache is a setting (APP_CACHE_BACKEND=remote); without one,
// or with a service that is down, the program works on and computes.
#include <cstdint>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/app_cache.h"
#include "stores/blocking_cache_store.h"

namespace {

std::string Factors(uint64_t number) {
  std::string factors;
  for (uint64_t factor = 2; factor <= number; ++factor) {
    for (; number % factor == 0; number /= factor) absl::StrAppend(&factors, " ", factor);
  }
  return factors;
}

}  // namespace

int main(int count, char** arguments) {
  uint64_t number = 0;
  if (count != 2 || !absl::SimpleAtoi(arguments[1], &number)) {
    std::cerr << "cpp_program: give one number\n";
    return 2;
  }
  const auto store = cachestore::CreateCacheStoreFromEnvironment();
  if (!store.ok()) {
    std::cerr << store.status().message() << "\n";
    return 1;
  }
  cachestore::BlockingCacheStore cache(**store);

  const std::string key = absl::StrCat("factors:", number);
  const auto cached = cache.Get(key);
  if (!cached.ok()) std::cerr << "not cached: " << cached.status().message() << "\n";
  if (cached.ok() && cached->has_value()) {
    std::cout << "cached:" << **cached << "\n";
    return 0;
  }
  const std::string factors = Factors(number);
  if (cached.ok()) cache.Set(key, absl::Cord(factors), absl::Minutes(1)).IgnoreError();
  std::cout << "computed:" << factors << "\n";
}
