// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_RUN_THREADS_H_
#define TESTS_TESTING_RUN_THREADS_H_

#include <functional>
#include <latch>
#include <thread>
#include <vector>

namespace cachestore {

// Runs `body(0)`, `body(1)`... each on a thread of its own, and returns when all have ended. None
// begins before the last one is there, so that short ones overlap, too.
inline void RunThreads(int threads, const std::function<void(int thread)>& body) {
  std::latch start(threads);
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      start.arrive_and_wait();
      body(thread);
    });
  }
  for (std::thread& thread : running) thread.join();
}

}  // namespace cachestore

#endif  // TESTS_TESTING_RUN_THREADS_H_
