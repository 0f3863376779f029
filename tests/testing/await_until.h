// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_AWAIT_UNTIL_H_
#define TESTS_TESTING_AWAIT_UNTIL_H_

#include <chrono>
#include <thread>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "stores/steady_deadline.h"

namespace cachestore {

// Asks again and again whether something has come to be that tells nobody. False if that took more
// than 30 s: much longer than anything takes, and less than a test may run.
[[nodiscard]] inline bool AwaitUntil(absl::FunctionRef<bool()> holds) {
  const auto deadline = SteadyDeadline(absl::Seconds(30));
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace cachestore

#endif  // TESTS_TESTING_AWAIT_UNTIL_H_
