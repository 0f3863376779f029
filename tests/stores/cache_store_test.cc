// SPDX-License-Identifier: Apache-2.0
// What a store does that has the seven operations only.
#include "stores/cache_store.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

const auto kTrue = IsOkAndHolds(true);
const auto kFalse = IsOkAndHolds(false);

// A store in memory that shows its seven operations, and writes down which were called; what a test
// says fails before it gets there.
class SevenOnlyStore final : public CacheStore {
 public:
  void Fail(absl::string_view key, absl::Status status) {
    failures_[std::string(key)] = std::move(status);
  }

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override {
    if (Passes("Get", key, options, done)) store_->Get(key, options, std::move(done));
  }
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    last_ttl = ttl;
    if (Passes("Set", key, options, done)) {
      store_->Set(key, std::move(value), ttl, options, std::move(done));
    }
  }
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    if (Passes("Delete", key, options, done)) store_->Delete(key, options, std::move(done));
  }
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    if (Passes("Exists", key, options, done)) store_->Exists(key, options, std::move(done));
  }
  void Clear(const CallOptions& options, StatusCallback done) override {
    store_->Clear(options, std::move(done));
  }
  void Ping(const CallOptions& options, StatusCallback done) override {
    store_->Ping(options, std::move(done));
  }
  void Close(StatusCallback done) override { store_->Close(std::move(done)); }

  std::vector<std::string> calls;
  std::optional<absl::Duration> last_ttl;
  absl::Time last_deadline;

 private:
  template <typename Callback>
  bool Passes(absl::string_view name, absl::string_view key, const CallOptions& options,
              Callback& done) {
    calls.push_back(absl::StrCat(name, " ", key));
    last_deadline = options.deadline;
    const auto failure = failures_.find(std::string(key));
    if (failure == failures_.end()) return true;
    std::move(done)(failure->second);
    return false;
  }

  const std::unique_ptr<CacheStore> store_ = MemoryCacheStore::Create({}).value();
  std::map<std::string, absl::Status> failures_;
};

class CacheStoreTest : public ::testing::Test {
 protected:
  SevenOnlyStore store_;
  BlockingCacheStore cache_{store_};
};

// ---- With options.

TEST_F(CacheStoreTest, GetWithoutOptionsIsAGet) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache_.GetWith("key", {}), IsHit("value"));
  EXPECT_THAT(cache_.GetWith("absent", {}), IsMiss());
}

TEST_F(CacheStoreTest, EtagIsMadeOfTheValueThatWasRead) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("abc")), IsOk());
  const auto read = cache_.GetWith("key", {.want_etag = true});
  ASSERT_THAT(read, IsHit("abc"));
  EXPECT_EQ(absl::BytesToHexString(read->etag), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_THAT(cache_.GetWith("absent", {.want_etag = true}), IsMiss());
}

TEST_F(CacheStoreTest, EtagIsNotMadeUnlessAskedFor) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("abc")), IsOk());
  const auto read = cache_.GetWith("key", {});
  ASSERT_THAT(read, IsHit("abc"));
  EXPECT_EQ(read->etag, "");
}

TEST_F(CacheStoreTest, ExistsWithoutOptionsIsAnExists) {
  ASSERT_THAT(cache_.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache_.ExistsWith("key", {}), TellsExists(true));
  EXPECT_THAT(cache_.ExistsWith("absent", {}), TellsExists(false));
}

TEST_F(CacheStoreTest, UnconditionalSetIsASet) {
  EXPECT_THAT(cache_.SetWith("key", absl::Cord("value"), {.ttl = absl::Seconds(7)}), kTrue);
  EXPECT_EQ(store_.last_ttl, absl::Seconds(7));
  EXPECT_THAT(cache_.SetWith("key", absl::Cord("other"), {}), kTrue);
  EXPECT_EQ(store_.last_ttl, std::nullopt);
  EXPECT_THAT(cache_.Get("key"), IsHit("other"));
}

TEST_F(CacheStoreTest, WhatTheSevenCannotDoIsUnimplemented) {
  const std::string etag(kEtagBytes, 'e');
  EXPECT_THAT(cache_.GetWith("key", {.want_ttl = true}), StatusIs(kUnimplemented));
  EXPECT_THAT(cache_.GetWith("key", {.touch = absl::Hours(1)}), StatusIs(kUnimplemented));
  EXPECT_THAT(cache_.ExistsWith("key", {.want_ttl = true}), StatusIs(kUnimplemented));
  EXPECT_THAT(cache_.ExistsWith("key", {.touch = absl::Hours(1)}), StatusIs(kUnimplemented));
  const absl::Cord value("value");
  EXPECT_THAT(cache_.SetWith("key", value, {.keep_ttl = true}), StatusIs(kUnimplemented));
  for (const SetCondition& condition :
       {SetCondition::IfAbsent(), SetCondition::IfPresent(), SetCondition::IfEtag(etag)}) {
    EXPECT_THAT(cache_.SetWith("key", value, {.condition = condition}), StatusIs(kUnimplemented));
  }
  EXPECT_THAT(cache_.DeleteIf("key", etag), StatusIs(kUnimplemented));
  EXPECT_THAT(cache_.Increment("key", 1), StatusIs(kUnimplemented));
  EXPECT_THAT(store_.calls, ElementsAre()) << "nothing was done in part";
}

TEST_F(CacheStoreTest, ErrorsOfTheSevenAreThoseOfTheCallsMadeOfThem) {
  const absl::Status unavailable = absl::UnavailableError("no backend");
  store_.Fail("key", unavailable);
  EXPECT_EQ(cache_.GetWith("key", {.want_etag = true}).status(), unavailable);
  EXPECT_EQ(cache_.ExistsWith("key", {}).status(), unavailable);
  EXPECT_EQ(cache_.SetWith("key", absl::Cord(), {}).status(), unavailable);
}

// ---- Batches.

TEST_F(CacheStoreTest, BatchesAreSingleCallsInOrder) {
  EXPECT_THAT(cache_.BatchSet(
                  {{.key = "a", .value = absl::Cord("1")}, {.key = "b", .value = absl::Cord("2")}}),
              IsOkAndHolds(ElementsAre(kTrue, kTrue)));
  EXPECT_THAT(cache_.BatchGet({"b", "absent", "a", "b"}),
              IsOkAndHolds(ElementsAre(IsHit("2"), IsMiss(), IsHit("1"), IsHit("2"))));
  EXPECT_THAT(cache_.BatchExists({"absent", "a"}), IsOkAndHolds(ElementsAre(kFalse, kTrue)));
  EXPECT_THAT(cache_.BatchDelete({"a", "a"}), IsOkAndHolds(ElementsAre(kTrue, kFalse)));
  EXPECT_THAT(store_.calls, ElementsAre("Set a", "Set b", "Get b", "Get absent", "Get a", "Get b",
                                        "Exists absent", "Exists a", "Delete a", "Delete a"));
}

TEST_F(CacheStoreTest, EveryCallOfABatchHasItsDeadline) {
  const CallOptions options = {.deadline = absl::FromUnixSeconds(4'000'000'000)};
  for (const auto& batch : {&BlockingCacheStore::BatchDelete, &BlockingCacheStore::BatchExists}) {
    store_.last_deadline = absl::Time();
    EXPECT_THAT((cache_.*batch)({"key"}, options), IsOk());
    EXPECT_EQ(store_.last_deadline, options.deadline);
  }
  store_.last_deadline = absl::Time();
  EXPECT_THAT(cache_.BatchGet({"key"}, options), IsOk());
  EXPECT_EQ(store_.last_deadline, options.deadline);
  store_.last_deadline = absl::Time();
  EXPECT_THAT(cache_.BatchSet({{.key = "key", .value = absl::Cord()}}, options), IsOk());
  EXPECT_EQ(store_.last_deadline, options.deadline);
}

TEST_F(CacheStoreTest, EntriesOfABatchHaveTheirOwnTtl) {
  EXPECT_THAT(cache_.BatchSet(
                  {{.key = "a", .value = absl::Cord("1"), .options = {.ttl = absl::Seconds(7)}}}),
              IsOk());
  EXPECT_EQ(store_.last_ttl, absl::Seconds(7));
}

TEST_F(CacheStoreTest, EntryThatTheSevenCannotSetIsUnimplementedByItself) {
  EXPECT_THAT(cache_.BatchSet({{.key = "a", .value = absl::Cord("1")},
                               {.key = "b",
                                .value = absl::Cord("2"),
                                .options = {.condition = SetCondition::IfAbsent()}}}),
              IsOkAndHolds(ElementsAre(kTrue, StatusIs(kUnimplemented))));
}

TEST_F(CacheStoreTest, EmptyBatchIsRefused) {
  EXPECT_THAT(cache_.BatchGet({}), StatusIs(kInvalid, HasSubstr("keys: is empty")));
  EXPECT_THAT(cache_.BatchSet({}), StatusIs(kInvalid, HasSubstr("entries: is empty")));
  EXPECT_THAT(cache_.BatchDelete({}), StatusIs(kInvalid, HasSubstr("keys: is empty")));
  EXPECT_THAT(cache_.BatchExists({}), StatusIs(kInvalid, HasSubstr("keys: is empty")));
}

TEST_F(CacheStoreTest, ItemThatIsRefusedIsNamedByTheBatchsError) {
  EXPECT_THAT(cache_.BatchGet({"a", ""}), StatusIs(kInvalid, HasSubstr("keys[1]: is empty")));
  EXPECT_THAT(cache_.BatchDelete({"", "a"}), StatusIs(kInvalid, HasSubstr("keys[0]: is empty")));
  EXPECT_THAT(cache_.BatchExists({"a", "b", ""}),
              StatusIs(kInvalid, HasSubstr("keys[2]: is empty")));
  EXPECT_THAT(cache_.BatchSet(
                  {{.key = "a", .value = absl::Cord()},
                   {.key = "b", .value = absl::Cord(), .options = {.ttl = absl::ZeroDuration()}}}),
              StatusIs(kInvalid, HasSubstr("entries[1].ttl: is 0")));
}

TEST_F(CacheStoreTest, FirstOfSeveralRefusedItemsIsNamedEvenAfterOneThatFailed) {
  store_.Fail("failing", absl::UnavailableError("no backend"));
  EXPECT_THAT(cache_.BatchGet({"failing", "a", "", ""}), StatusIs(kInvalid, HasSubstr("keys[2]")));
}

TEST_F(CacheStoreTest, ItemsThatFailDoSoByThemselves) {
  ASSERT_THAT(cache_.Set("a", absl::Cord("1")), IsOk());
  const std::vector<absl::Status> failures = {
      absl::UnavailableError("one"), absl::FailedPreconditionError("two"),
      absl::ResourceExhaustedError("three"), absl::InternalError("four")};
  for (size_t i = 0; i < failures.size(); ++i) store_.Fail(absl::StrCat(i), failures[i]);
  const auto read = cache_.BatchGet({"0", "a", "1", "2", "absent", "3"});
  ASSERT_THAT(read,
              IsOkAndHolds(ElementsAre(StatusIs(absl::StatusCode::kUnavailable, "one"), IsHit("1"),
                                       StatusIs(absl::StatusCode::kFailedPrecondition, "two"),
                                       StatusIs(absl::StatusCode::kResourceExhausted, "three"),
                                       IsMiss(), StatusIs(absl::StatusCode::kInternal, "four"))));
}

TEST_F(CacheStoreTest, BackendThatFailsEveryItemFailsTheBatch) {
  const std::vector<std::string> keys = {"a", "b"};
  for (const absl::Status& failure :
       {absl::UnavailableError("gone"), absl::DeadlineExceededError("slow")}) {
    for (const std::string& key : keys) store_.Fail(key, failure);
    EXPECT_EQ(cache_.BatchGet(keys).status(), failure);
    EXPECT_EQ(cache_.BatchDelete(keys).status(), failure);
    EXPECT_EQ(cache_.BatchExists(keys).status(), failure);
    EXPECT_EQ(cache_.BatchSet({{.key = "a", .value = absl::Cord()}}).status(), failure);
  }
}

// Keeps every Get until a test answers it.
class WaitingStore final : public CacheStore {
 public:
  void Get(absl::string_view key, const CallOptions& /*options*/, GetCallback done) override {
    gets.emplace_back([key = std::string(key), done = std::move(done)]() mutable {
      std::move(done)(absl::Cord("value of " + key));
    });
  }
  void Set(absl::string_view, absl::Cord, std::optional<absl::Duration>, const CallOptions&,
           StatusCallback) override {}
  void Delete(absl::string_view, const CallOptions&, BoolCallback) override {}
  void Exists(absl::string_view, const CallOptions&, BoolCallback) override {}
  void Clear(const CallOptions&, StatusCallback) override {}
  void Ping(const CallOptions&, StatusCallback) override {}
  void Close(StatusCallback) override {}

  std::vector<absl::AnyInvocable<void() &&>> gets;
};

TEST(CacheStoreFanOutTest, AnswersOnceWhenTheLastCallHasAnsweredInWhateverOrder) {
  WaitingStore store;
  int answers = 0;
  absl::StatusOr<BatchGetResults> read;
  {
    const std::vector<std::string> keys = {"a", "b", "c"};
    store.BatchGet({keys[0], keys[1], keys[2]}, {}, [&](absl::StatusOr<BatchGetResults> result) {
      ++answers;
      read = std::move(result);
    });
  }
  ASSERT_EQ(store.gets.size(), 3u) << "all are under way at once";
  std::move(store.gets[2])();
  std::move(store.gets[0])();
  EXPECT_EQ(answers, 0);
  std::move(store.gets[1])();
  EXPECT_EQ(answers, 1);
  EXPECT_THAT(read, IsOkAndHolds(ElementsAre(IsHit("value of a"), IsHit("value of b"),
                                             IsHit("value of c"))));
}

TEST(CacheStoreFanOutTest, AnswersFromSeveralThreadsAreGathered) {
  constexpr int kKeys = 64;
  WaitingStore store;
  const std::vector<absl::string_view> keys(kKeys, "key");
  Countdown answered(1);
  absl::StatusOr<BatchGetResults> read;
  store.BatchGet(keys, {}, [&](absl::StatusOr<BatchGetResults> result) {
    read = std::move(result);
    answered.Happened();
  });
  std::vector<std::thread> threads;
  for (auto& get : store.gets) threads.emplace_back([&get] { std::move(get)(); });
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(read, IsOkAndHolds(::testing::AllOf(::testing::SizeIs(kKeys),
                                                  ::testing::Each(IsHit("value of key")))));
}

}  // namespace
}  // namespace cachestore
