// SPDX-License-Identifier: Apache-2.0
#include "stores/blocking_cache_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

// Answers every call from a thread of its own, with `status` or what stands for its operation, and
// remembers what it was given.
class OtherThreadStore final : public CacheStore {
 public:
  ~OtherThreadStore() override {
    for (std::thread& thread : threads_) thread.join();
  }

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override {
    Answer<absl::StatusOr<std::optional<absl::Cord>>>(key, options, absl::Cord("value"),
                                                      std::move(done));
  }
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    last_value = std::move(value);
    last_ttl = ttl;
    Answer<absl::Status>(key, options, absl::OkStatus(), std::move(done));
  }
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Answer<absl::StatusOr<bool>>(key, options, true, std::move(done));
  }
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Answer<absl::StatusOr<bool>>(key, options, true, std::move(done));
  }
  void Clear(const CallOptions& options, StatusCallback done) override {
    Answer<absl::Status>("(clear)", options, absl::OkStatus(), std::move(done));
  }
  void Ping(const CallOptions& options, StatusCallback done) override {
    Answer<absl::Status>("(ping)", options, absl::OkStatus(), std::move(done));
  }
  void Close(StatusCallback done) override {
    Answer<absl::Status>("(close)", {}, absl::OkStatus(), std::move(done));
  }

  absl::Status status;
  std::string last_key;
  absl::Cord last_value;
  std::optional<absl::Duration> last_ttl;
  absl::Time last_deadline;

 private:
  template <typename Result, typename Callback>
  void Answer(absl::string_view key, const CallOptions& options, Result result, Callback done) {
    last_key = std::string(key);
    last_deadline = options.deadline;
    if (!status.ok()) result = status;
    threads_.emplace_back([done = std::move(done), result = std::move(result)]() mutable {
      std::move(done)(std::move(result));
    });
  }

  std::vector<std::thread> threads_;
};

TEST(BlockingCacheStoreTest, ReturnsWhatTheStoreAnswersOnAnotherThread) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(cache.Get("key"), IsHit("value"));
    EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
    EXPECT_THAT(cache.Delete("key"), IsOkAndHolds(true));
    EXPECT_THAT(cache.Exists("key"), IsOkAndHolds(true));
    EXPECT_THAT(cache.Clear(), IsOk());
    EXPECT_THAT(cache.Ping(), IsOk());
    EXPECT_THAT(cache.Close(), IsOk());
  }
}

TEST(BlockingCacheStoreTest, ReturnsErrors) {
  OtherThreadStore store;
  store.status = absl::UnavailableError("no backend");
  BlockingCacheStore cache(store);
  EXPECT_EQ(cache.Get("key").status(), store.status);
  EXPECT_EQ(cache.Set("key", absl::Cord("value")), store.status);
  EXPECT_EQ(cache.Delete("key").status(), store.status);
  EXPECT_EQ(cache.Exists("key").status(), store.status);
  EXPECT_EQ(cache.Clear(), store.status);
  EXPECT_EQ(cache.Ping(), store.status);
  EXPECT_EQ(cache.Close(), store.status);
}

TEST(BlockingCacheStoreTest, PassesArgumentsOn) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  const absl::Time deadline = absl::FromUnixSeconds(4'000'000'000);
  ASSERT_THAT(cache.Set("key", absl::Cord("value"), absl::Seconds(7), {.deadline = deadline}),
              IsOk());
  EXPECT_EQ(store.last_key, "key");
  EXPECT_EQ(store.last_value, "value");
  EXPECT_EQ(store.last_ttl, absl::Seconds(7));
  EXPECT_EQ(store.last_deadline, deadline);
}

TEST(BlockingCacheStoreTest, HasNoTtlAndNoDeadlineUnlessGiven) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  ASSERT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_EQ(store.last_ttl, std::nullopt);
  EXPECT_EQ(store.last_deadline, absl::InfiniteFuture());
}

TEST(BlockingCacheStoreTest, PassesTheDeadlineOfEveryOperationOn) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  const CallOptions options = {.deadline = absl::FromUnixSeconds(4'000'000'000)};
  const std::vector<std::function<absl::Status()>> operations = {
      [&] { return cache.Get("key", options).status(); },
      [&] { return cache.Delete("key", options).status(); },
      [&] { return cache.Exists("key", options).status(); },
      [&] { return cache.Clear(options); },
      [&] { return cache.Ping(options); },
  };
  for (size_t i = 0; i < operations.size(); ++i) {
    store.last_deadline = absl::Time();
    EXPECT_THAT(operations[i](), IsOk());
    EXPECT_EQ(store.last_deadline, options.deadline) << "operation " << i;
  }
}

// Over memory it may be used in callbacks, also where those are postponed.
TEST(BlockingCacheStoreTest, WorksInsideCallbacksOfAMemoryStore) {
  const auto store = MemoryCacheStore::Create({}).value();
  BlockingCacheStore cache(*store);
  int calls = 0;
  std::function<void()> next = [&] {
    store->Ping({}, [&](absl::Status) {
      EXPECT_THAT(cache.Set("key", absl::Cord(std::to_string(calls))), IsOk());
      EXPECT_THAT(cache.Get("key"), IsHit(std::to_string(calls)));
      if (++calls < 100) next();
    });
  };
  next();
  EXPECT_EQ(calls, 100);
}

}  // namespace
}  // namespace cachestore
