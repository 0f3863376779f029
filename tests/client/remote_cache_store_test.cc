// SPDX-License-Identifier: Apache-2.0

// What a client does by itself. What it does together with a service is the conformance suite's.
#include "client/remote_cache_store.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "protos/cache_codec.h"
#include "stores/blocking_cache_store.h"
#include "tests/client/scripted_server.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Answer = ScriptedServer::Answer;

std::unique_ptr<RemoteCacheStore> Connect(const std::string& url,
                                          absl::Duration timeout = absl::Minutes(1)) {
  return *RemoteCacheStore::Create({.url = url, .default_timeout = timeout});
}

// A correct answer: a hit, true, or done; for one key.
Answer Success(const std::string& method) {
  if (method == "Get")
    return {grpc::Status::OK, codec::EncodeGetResponse({.value = absl::Cord("value")})};
  if (method == "Delete" || method == "Exists") {
    return {grpc::Status::OK, codec::EncodeBoolResponse(true)};
  }
  if (method == "BatchGet") {
    return {grpc::Status::OK, codec::EncodeBatchGetResponse({absl::Cord("value")}, 1'000)};
  }
  if (method == "BatchSet" || method == "BatchExists") {
    return {grpc::Status::OK, codec::EncodeBatchBoolResponse({true})};
  }
  return {grpc::Status::OK};
}

std::optional<Answer> Silence(const std::string& /*method*/, int /*attempt*/) {
  return std::nullopt;
}

// Answers the first `failures` calls of each method with `code`.
ScriptedServer::Script FailFirst(int failures, grpc::StatusCode code) {
  return [=](const std::string& method, int attempt) {
    return attempt <= failures ? Answer{grpc::Status(code, "not now")} : Success(method);
  };
}

TEST(RemoteCacheStoreTest, RepeatsWhatDoesNoHarmTwice) {
  ScriptedServer server(FailFirst(3, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("k"), IsHit("value"));
  EXPECT_THAT(cache.Set("k", absl::Cord("v")), IsOk());
  EXPECT_THAT(cache.Exists("k"), IsOkAndHolds(true));
  EXPECT_THAT(cache.Clear(), IsOk());
  EXPECT_THAT(cache.Ping(), IsOk());
  for (const char* method : {"Get", "Set", "Exists", "Clear", "Ping"}) {
    EXPECT_EQ(server.Attempts(method), 4) << method;
  }
}

TEST(RemoteCacheStoreTest, GivesUpAfterFourAttempts) {
  ScriptedServer server(FailFirst(1000, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(server.Attempts("Get"), 4);
}

TEST(RemoteCacheStoreTest, NeverRepeatsDelete) {
  ScriptedServer server(FailFirst(1, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Delete("k"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(server.Attempts("Delete"), 1);
}

TEST(RemoteCacheStoreTest, NeverRepeatsWhatDependsOnWhatIsStoredOrChangesATtlOrCounts) {
  ScriptedServer server(FailFirst(1000, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  BlockingCacheStore cache(*store);
  const std::string etag(kEtagBytes, 'e');
  EXPECT_FALSE(cache.GetWith("k", {.touch = absl::Hours(1)}).ok());
  EXPECT_FALSE(cache.ExistsWith("k", {.touch = absl::Hours(1)}).ok());
  EXPECT_FALSE(cache.SetWith("k", {}, {.condition = SetCondition::IfEtag(etag)}).ok());
  EXPECT_FALSE(cache.SetWith("k", {}, {.keep_ttl = true}).ok());
  EXPECT_FALSE(cache.DeleteIf("k", etag).ok());
  EXPECT_FALSE(cache.Increment("k", 1).ok());
  EXPECT_FALSE(cache.BatchDelete({"k"}).ok());
  EXPECT_FALSE(
      cache
          .BatchSet({{.key = "j", .value = {}},
                     {.key = "k", .value = {}, .options = {.condition = SetCondition::IfAbsent()}}})
          .ok());
  EXPECT_EQ(server.Attempts("Set"), 2);
  for (const char* method : {"Get", "Exists", "Delete", "Increment", "BatchDelete", "BatchSet"}) {
    EXPECT_EQ(server.Attempts(method), 1) << method;
  }
}

TEST(RemoteCacheStoreTest, RepeatsWithOptionsWhatDoesNoHarmTwice) {
  ScriptedServer server(FailFirst(3, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.GetWith("k", {.want_etag = true, .want_ttl = true}), IsHit("value"));
  EXPECT_THAT(cache.ExistsWith("k", {.want_ttl = true}), IsOk());
  EXPECT_THAT(cache.SetWith("k", {}, {.ttl = absl::Hours(1)}), IsOk());
  EXPECT_THAT(cache.BatchGet({"k"}), IsOk());
  EXPECT_THAT(cache.BatchExists({"k"}), IsOk());
  EXPECT_THAT(cache.BatchSet({{.key = "k", .value = {}}}), IsOk());
  for (const char* method : {"Get", "Exists", "Set", "BatchGet", "BatchExists", "BatchSet"}) {
    EXPECT_EQ(server.Attempts(method), 4) << method;
  }
}

TEST(RemoteCacheStoreTest, RepeatsNothingButUnavailable) {
  for (const grpc::StatusCode code :
       {grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::INTERNAL,
        grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::CANCELLED}) {
    ScriptedServer server(FailFirst(1, code));
    const auto store = Connect(server.url());
    EXPECT_FALSE(BlockingCacheStore(*store).Get("k").ok()) << code;
    EXPECT_EQ(server.Attempts("Get"), 1) << code;
  }
}

TEST(RemoteCacheStoreTest, RepeatsALargeSet) {
  ScriptedServer server(FailFirst(1, grpc::StatusCode::UNAVAILABLE));
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Set("k", absl::Cord(std::string(32 << 20, 'v'))), IsOk());
  EXPECT_EQ(server.Attempts("Set"), 2);
}

TEST(RemoteCacheStoreTest, KeepsTheServersCodeAndMessage) {
  ScriptedServer server(FailFirst(1, grpc::StatusCode::INVALID_ARGUMENT));
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"),
              StatusIs(absl::StatusCode::kInvalidArgument, "not now"));
}

TEST(RemoteCacheStoreTest, SaysWhereNobodyListens) {
  std::string url;
  {
    ScriptedServer server(Silence);
    url = server.url();
  }
  const auto store = Connect(url);
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr(url.substr(7)), HasSubstr("check that it runs"))));
}

TEST(RemoteCacheStoreTest, CancelledThatNobodyAskedForIsUnavailable) {
  ScriptedServer server(FailFirst(1, grpc::StatusCode::CANCELLED));
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(server.url().substr(7))));
}

TEST(RemoteCacheStoreTest, BytesThatAreNoMessageAreInternal) {
  ScriptedServer server([](const std::string&, int) {
    return Answer{grpc::Status::OK, absl::Cord("\xff")};
  });
  const auto store = Connect(server.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"), StatusIs(absl::StatusCode::kInternal));
}

TEST(RemoteCacheStoreTest, EndsByTheDefaultTimeout) {
  ScriptedServer server(Silence);
  const auto store = Connect(server.url(), absl::Milliseconds(20));
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(RemoteCacheStoreTest, TheCallersDeadlineWins) {
  ScriptedServer server(Silence);
  const auto store = Connect(server.url(), absl::Hours(1));
  EXPECT_THAT(BlockingCacheStore(*store).Delete("k", {absl::Now() + absl::Milliseconds(20)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(RemoteCacheStoreTest, APassedDeadlineTouchesNoNetwork) {
  ScriptedServer server(FailFirst(0, grpc::StatusCode::OK));
  const auto store = Connect(server.url());
  const CallOptions passed = {.deadline = absl::Now() - absl::Seconds(1)};
  EXPECT_THAT(BlockingCacheStore(*store).Get("k", passed),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(BlockingCacheStore(*store).Ping(), IsOk());
  EXPECT_EQ(server.Attempts("Get"), 0);
}

TEST(RemoteCacheStoreTest, RefusesATimeoutThatIsNone) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Seconds(-1), absl::InfiniteDuration()}) {
    EXPECT_THAT(RemoteCacheStore::Create({.default_timeout = timeout}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("default_timeout")));
  }
}

TEST(RemoteCacheStoreTest, CloseWaitsForCallsInFlight) {
  ScriptedServer server(Silence);
  const auto store = Connect(server.url());
  std::atomic<bool> answered = false;
  Countdown closed(1);
  store->Get("k", {}, [&](const auto&) { answered = true; });
  server.AwaitAttempts("Get", 1);
  store->Close([&](const absl::Status& status) {
    EXPECT_THAT(status, IsOk());
    EXPECT_TRUE(answered);
    closed.Happened();
  });
  EXPECT_THAT(BlockingCacheStore(*store).Get("k"),
              StatusIs(absl::StatusCode::kFailedPrecondition, "store is closed"));
  server.Shutdown();
  EXPECT_TRUE(closed.Wait());
}

TEST(RemoteCacheStoreTest, MayBeClosedAndDestroyedInACallback) {
  ScriptedServer server(FailFirst(0, grpc::StatusCode::OK));
  for (int i = 0; i < 100; ++i) {
    auto store = Connect(server.url());
    Countdown done(2);
    RemoteCacheStore& cache = *store;
    cache.Get("k", {}, [&done, store = std::move(store)](const auto& value) mutable {
      EXPECT_THAT(value, IsHit("value"));
      store->Close([&done](const absl::Status&) { done.Happened(); });
      store.reset();
      done.Happened();
    });
    ASSERT_TRUE(done.Wait());
  }
}

TEST(RemoteCacheStoreTest, CallsInFlightOutlastTheStore) {
  constexpr int kCalls = 100;
  ScriptedServer server(Silence);
  auto store = Connect(server.url());
  Countdown answered(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    store->Get("k", {}, [&](const auto& value) {
      EXPECT_THAT(value, StatusIs(absl::StatusCode::kUnavailable));
      answered.Happened();
    });
  }
  server.AwaitAttempts("Get", kCalls);
  store.reset();
  server.Shutdown();
  EXPECT_TRUE(answered.Wait());
}

TEST(RemoteCacheStoreTest, ManyCallsShareOneChannel) {
  constexpr int kCalls = 1000;
  ScriptedServer server(FailFirst(0, grpc::StatusCode::OK));
  const auto store = Connect(server.url());
  Countdown answered(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    store->Get("k", {}, [&](const auto& value) {
      EXPECT_THAT(value, IsHit("value"));
      answered.Happened();
    });
  }
  EXPECT_TRUE(answered.Wait());
}

}  // namespace
}  // namespace cachestore
