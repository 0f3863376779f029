// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_REDIS_CALLS_H_
#define TESTS_STORES_REDIS_REDIS_CALLS_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/event_log.h"
#include "stores/mutex.h"
#include "stores/redis/redis_cache_store.h"
#include "stores/steady_deadline.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {

// The lines that a store logs, until it is closed.
class Log {
 public:
  EventLog Sink() {
    return [this](Severity severity, absl::string_view line) {
      const MutexLock lock(mutex_);
      lines_.emplace_back(line);
      if (severity == Severity::kWarning) warnings_.emplace_back(line);
    };
  }
  std::vector<std::string> lines() {
    const MutexLock lock(mutex_);
    return lines_;
  }
  // Those of them that are.
  std::vector<std::string> warnings() {
    const MutexLock lock(mutex_);
    return warnings_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> warnings_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

// A time that nothing takes but what never comes, on however busy a machine.
constexpr absl::Duration kPatient = absl::Seconds(20);

inline std::unique_ptr<RedisCacheStore> StoreAt(const std::string& url,
                                                absl::Duration timeout = kPatient,
                                                Log* log = nullptr) {
  RedisCacheStore::Options options = {.url = url, .timeout = timeout, .connect_timeout = kPatient};
  if (log != nullptr) options.log = log->Sink();
  return RedisCacheStore::Create(options).value();
}

// Calls until `call` gives OK, as callers do; the last error if it does not within 30 s.
template <typename Call>
absl::Status Await(Call call) {
  const auto limit = SteadyDeadline(absl::Seconds(30));
  absl::Status status = call();
  while (!status.ok() && std::chrono::steady_clock::now() < limit) status = call();
  return status;
}

inline absl::Status AwaitService(CacheStore& store) {
  return Await([&] { return BlockingCacheStore(store).Get("key").status(); });
}

// Callers that set one key after the other, as fast as they can, until told to stop.
class Load {
 public:
  explicit Load(CacheStore& store) : store_(store) {
    for (int caller = 0; caller < kCallers; ++caller) SetNext(caller, 0);
  }
  ~Load() { Stop(); }

  static constexpr int kCallers = 64;

  // Until so many more calls have succeeded.
  void AwaitSuccesses(int count) {
    const int goal = successes_ + count;
    EXPECT_THAT(Await([&] {
                  return successes_ >= goal ? absl::OkStatus() : absl::UnknownError("too slow");
                }),
                IsOk());
  }

  void Stop() {
    stop_ = true;
    EXPECT_TRUE(stopped_.Wait());
  }

  std::vector<absl::Status> failures() {
    const MutexLock lock(mutex_);
    return failures_;
  }
  // The keys whose Set was acknowledged, and what was stored there.
  std::map<std::string, int> acknowledged() {
    const MutexLock lock(mutex_);
    return acknowledged_;
  }

 private:
  void SetNext(int caller, int number) {
    if (stop_) return stopped_.Happened();
    const std::string key = absl::StrCat("load", caller, ":", number);
    store_.Set(key, absl::Cord(absl::StrCat(number)), absl::Hours(1), {},
               [this, caller, number, key](absl::Status status) {
                 {
                   const MutexLock lock(mutex_);
                   if (status.ok()) {
                     acknowledged_[key] = number;
                     ++successes_;
                   } else {
                     failures_.push_back(std::move(status));
                   }
                 }
                 SetNext(caller, number + 1);
               });
  }

  CacheStore& store_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> successes_ = 0;
  Countdown stopped_{kCallers};
  Mutex mutex_;
  std::vector<absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> acknowledged_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_REDIS_CALLS_H_
