// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_SCRIPTED_STORE_H_
#define TESTS_SERVICE_SCRIPTED_STORE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"
#include "tests/service/unscripted_store.h"

namespace cachestore {

// A backend that does what a test says: answers pings with a given status, and keeps every Get
// waiting until the test answers it. What else is called fails as unimplemented. Thread-safe.
class ScriptedStore final : public UnscriptedStore {
 public:
  void AnswerPingsWith(absl::Status status) {
    const MutexLock lock(mutex_);
    ping_ = std::move(status);
  }

  // Waits until so many Gets wait for their answer.
  void AwaitGets(size_t count) {
    const MutexLock lock(mutex_);
    while (gets_.size() < count) changed_.Wait(mutex_);
  }

  // Answers all Gets that wait with their own key.
  void AnswerGets() {
    std::vector<WaitingGet> gets;
    {
      const MutexLock lock(mutex_);
      gets.swap(gets_);
    }
    for (WaitingGet& get : gets) std::move(get.done)(absl::Cord(get.key));
  }

  void Get(absl::string_view key, const CallOptions& /*options*/, GetCallback done) override {
    const MutexLock lock(mutex_);
    gets_.push_back({std::string(key), std::move(done)});
    changed_.NotifyAll();
  }

  void Ping(const CallOptions& /*options*/, StatusCallback done) override {
    absl::Status status;
    {
      const MutexLock lock(mutex_);
      status = ping_;
    }
    std::move(done)(std::move(status));
  }

 private:
  struct WaitingGet {
    std::string key;
    GetCallback done;
  };

  Mutex mutex_;
  CondVar changed_;
  absl::Status ping_ ABSL_GUARDED_BY(mutex_);
  std::vector<WaitingGet> gets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_SCRIPTED_STORE_H_
