// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_COALESCING_FIXTURE_H_
#define TESTS_CLIENT_COALESCING_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gtest/gtest.h"
#include "service/server.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/client/held_store.h"
#include "tests/service/transport_test.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {

using Read = absl::StatusOr<std::optional<absl::Cord>>;

// The results of calls, by their numbers; each is to have its own.
template <typename Result>
class Results {
 public:
  explicit Results(int calls) : results_(calls), missing_(calls) {}

  auto Callback(int call) {
    return [this, call](Result result) {
      EXPECT_FALSE(results_[call].has_value()) << "call " << call << " was answered twice";
      results_[call] = std::move(result);
      missing_.Happened();
    };
  }

  // All of them, once they are there.
  std::vector<Result> Await() {
    EXPECT_TRUE(missing_.Wait());
    std::vector<Result> results;
    for (std::optional<Result>& result : results_) {
      results.push_back(result.has_value() ? *std::move(result) : Result(absl::UnknownError("")));
    }
    return results;
  }

 private:
  std::vector<std::optional<Result>> results_;
  Countdown missing_;
};

inline std::string KeyOf(int number) { return absl::StrCat("key", number); }
inline std::string ValueOf(int number) { return absl::StrCat("value of key", number); }

// A client whose calls travel together, a real service, and a backend that keeps calls when told.
class CoalescingTest : public TransportTest {
 protected:
  static constexpr int kEntries = 40;

  CoalescingTest() {
    for (int i = 0; i < kEntries; ++i) {
      EXPECT_THAT(BlockingCacheStore(*memory_).Set(KeyOf(i), absl::Cord(ValueOf(i))), IsOk());
    }
    Open({}, {});
  }

  // Begins again with a service and a client of these limits.
  void Open(ServerOptions server, RemoteCacheStore::Options options) {
    client_.reset();
    server_.reset();
    server.transport = GetParam();
    server.listen = {"127.0.0.1:0"};
    server_ = Server::Start(server, backend_, [] {}).value();
    options.url = absl::StrCat("grpc://", server_->addresses().front());
    options.default_timeout = absl::Minutes(1);
    alone_ = RemoteCacheStore::Create(options).value();
    if (!options.coalescing.has_value()) options.coalescing = Coalescing();
    client_ = RemoteCacheStore::Create(options).value();
  }

  // Has a Get in flight, so that those that follow wait.
  void KeepOneInFlight() {
    backend_.Hold();
    client_->Get("first", {}, first_.Callback(0));
    backend_.AwaitCalls(1);
  }

  const std::unique_ptr<CacheStore> memory_ =
      MemoryCacheStore::Create({.limits = {.max_value_bytes = 20'000}}).value();
  HeldStore backend_{*memory_};
  Results<Read> first_{1};
  std::unique_ptr<Server> server_;
  std::unique_ptr<RemoteCacheStore> alone_;  // A client whose calls do not.
  std::unique_ptr<RemoteCacheStore> client_;
};

}  // namespace cachestore

#endif  // TESTS_CLIENT_COALESCING_FIXTURE_H_
