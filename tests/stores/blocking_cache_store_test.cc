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
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

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

  void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
               GetResultCallback done) override {
    last_ttl = get.touch;
    Answer<absl::StatusOr<GetResult>>(
        key, options, GetResult{.value = absl::Cord("value"), .etag = "etag"}, std::move(done));
  }
  void ExistsWith(absl::string_view key, const ExistsOptions& exists, const CallOptions& options,
                  ExistsResultCallback done) override {
    last_ttl = exists.touch;
    Answer<absl::StatusOr<ExistsResult>>(key, options, ExistsResult{.exists = true},
                                         std::move(done));
  }
  void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
               const CallOptions& options, BoolCallback done) override {
    last_value = std::move(value);
    last_ttl = set.ttl;
    last_etag = set.condition.etag();
    Answer<absl::StatusOr<bool>>(key, options, true, std::move(done));
  }
  void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                BoolCallback done) override {
    last_etag = std::string(etag);
    Answer<absl::StatusOr<bool>>(key, options, true, std::move(done));
  }
  void Increment(absl::string_view key, int64_t delta, std::optional<absl::Duration> ttl,
                 const CallOptions& options, IncrementCallback done) override {
    last_ttl = ttl;
    Answer<absl::StatusOr<IncrementResult>>(key, options, IncrementResult{.value = delta},
                                            std::move(done));
  }
  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override {
    Answer<absl::StatusOr<BatchGetResults>>(
        absl::StrJoin(keys, ","), options,
        BatchGetResults(keys.size(), std::optional<absl::Cord>(absl::Cord("value"))),
        std::move(done));
  }
  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override {
    last_value = entries.front().value;
    last_ttl = entries.front().options.ttl;
    Answer<absl::StatusOr<BatchBoolResults>>(
        entries.front().key, options, BatchBoolResults(entries.size(), true), std::move(done));
  }
  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    Answer<absl::StatusOr<BatchBoolResults>>(absl::StrJoin(keys, ","), options,
                                             BatchBoolResults(keys.size(), true), std::move(done));
  }
  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    Answer<absl::StatusOr<BatchBoolResults>>(absl::StrJoin(keys, ","), options,
                                             BatchBoolResults(keys.size(), false), std::move(done));
  }

  absl::Status status;
  std::string last_key;
  absl::Cord last_value;
  std::optional<absl::Duration> last_ttl;
  std::string last_etag;
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
    EXPECT_THAT(cache.GetWith("key", {.want_etag = true}), IsHit("value"));
    EXPECT_THAT(cache.ExistsWith("key", {}), TellsExists(true));
    EXPECT_THAT(cache.SetWith("key", absl::Cord("value"), {}), IsOkAndHolds(true));
    EXPECT_THAT(cache.DeleteIf("key", "etag"), IsOkAndHolds(true));
    EXPECT_THAT(cache.Increment("key", 7), IsOkAndHolds(Field(&IncrementResult::value, 7)));
    EXPECT_THAT(cache.BatchGet({"a", "b"}),
                IsOkAndHolds(ElementsAre(IsHit("value"), IsHit("value"))));
    EXPECT_THAT(cache.BatchSet({{.key = "key", .value = absl::Cord("value")}}),
                IsOkAndHolds(ElementsAre(IsOkAndHolds(true))));
    EXPECT_THAT(cache.BatchDelete({"key"}), IsOkAndHolds(ElementsAre(IsOkAndHolds(true))));
    EXPECT_THAT(cache.BatchExists({"key"}), IsOkAndHolds(ElementsAre(IsOkAndHolds(false))));
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
  EXPECT_EQ(cache.GetWith("key", {}).status(), store.status);
  EXPECT_EQ(cache.ExistsWith("key", {}).status(), store.status);
  EXPECT_EQ(cache.SetWith("key", absl::Cord("value"), {}).status(), store.status);
  EXPECT_EQ(cache.DeleteIf("key", "etag").status(), store.status);
  EXPECT_EQ(cache.Increment("key", 1).status(), store.status);
  EXPECT_EQ(cache.BatchGet({"key"}).status(), store.status);
  EXPECT_EQ(cache.BatchSet({{.key = "key", .value = absl::Cord()}}).status(), store.status);
  EXPECT_EQ(cache.BatchDelete({"key"}).status(), store.status);
  EXPECT_EQ(cache.BatchExists({"key"}).status(), store.status);
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

TEST(BlockingCacheStoreTest, PassesTheArgumentsOfCallsWithOptionsOn) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  ASSERT_THAT(cache.GetWith("get", {.touch = absl::Seconds(1)}), IsOk());
  EXPECT_EQ(store.last_key, "get");
  EXPECT_EQ(store.last_ttl, absl::Seconds(1));
  ASSERT_THAT(cache.ExistsWith("exists", {.touch = absl::Seconds(2)}), IsOk());
  EXPECT_EQ(store.last_key, "exists");
  EXPECT_EQ(store.last_ttl, absl::Seconds(2));
  ASSERT_THAT(cache.SetWith("set", absl::Cord("value"),
                            {.ttl = absl::Seconds(3), .condition = SetCondition::IfEtag("one")}),
              IsOk());
  EXPECT_EQ(store.last_key, "set");
  EXPECT_EQ(store.last_value, "value");
  EXPECT_EQ(store.last_ttl, absl::Seconds(3));
  EXPECT_EQ(store.last_etag, "one");
  ASSERT_THAT(cache.DeleteIf("delete", "two"), IsOk());
  EXPECT_EQ(store.last_key, "delete");
  EXPECT_EQ(store.last_etag, "two");
  ASSERT_THAT(cache.Increment("counter", -5, absl::Seconds(4)),
              IsOkAndHolds(Field(&IncrementResult::value, -5)));
  EXPECT_EQ(store.last_key, "counter");
  EXPECT_EQ(store.last_ttl, absl::Seconds(4));
}

TEST(BlockingCacheStoreTest, PassesTheItemsOfBatchesOn) {
  OtherThreadStore store;
  BlockingCacheStore cache(store);
  ASSERT_THAT(cache.BatchGet({"a", "b"}), IsOk());
  EXPECT_EQ(store.last_key, "a,b");
  ASSERT_THAT(cache.BatchDelete({"c", "d"}), IsOk());
  EXPECT_EQ(store.last_key, "c,d");
  ASSERT_THAT(cache.BatchExists({"e", "f"}), IsOk());
  EXPECT_EQ(store.last_key, "e,f");
  ASSERT_THAT(
      cache.BatchSet(
          {{.key = "g", .value = absl::Cord("value"), .options = {.ttl = absl::Seconds(7)}}}),
      IsOk());
  EXPECT_EQ(store.last_key, "g");
  EXPECT_EQ(store.last_value, "value");
  EXPECT_EQ(store.last_ttl, absl::Seconds(7));
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
      [&] { return cache.GetWith("key", {}, options).status(); },
      [&] { return cache.ExistsWith("key", {}, options).status(); },
      [&] { return cache.SetWith("key", absl::Cord(), {}, options).status(); },
      [&] { return cache.DeleteIf("key", "etag", options).status(); },
      [&] { return cache.Increment("key", 1, std::nullopt, options).status(); },
      [&] { return cache.BatchGet({"key"}, options).status(); },
      [&] { return cache.BatchSet({{.key = "key", .value = absl::Cord()}}, options).status(); },
      [&] { return cache.BatchDelete({"key"}, options).status(); },
      [&] { return cache.BatchExists({"key"}, options).status(); },
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
