// SPDX-License-Identifier: Apache-2.0

// Calls that travel together end each as it would have alone, whatever its neighbours and the
// service do.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "protos/cache_codec.h"
#include "stores/blocking_cache_store.h"
#include "tests/client/coalescing_fixture.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Answer = ScriptedServer::Answer;

using CoalescingFaultTest = CoalescingTest;

TEST_P(CoalescingFaultTest, OfARefusedBatchEachCallEndsAsItWouldHaveAlone) {
  Open({.max_value_bytes = 20'000}, {});
  KeepOneInFlight();
  const std::vector<std::string> keys = {KeyOf(1), "", std::string(2'000, 'k'), KeyOf(2)};
  Results<Read> reads(4);
  for (int i = 0; i < 4; ++i) client_->Get(keys[i], {}, reads.Callback(i));
  backend_.LetGo();
  const std::vector<Read> read = reads.Await();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(read[i], BlockingCacheStore(*alone_).Get(keys[i])) << i;
  EXPECT_THAT(read[1], StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key: is empty")));
}

TEST_P(CoalescingFaultTest, OfRefusedSetsEachEndsAsItWouldHaveAlone) {
  backend_.Hold();
  Results<absl::Status> results(5);
  const std::vector<std::optional<absl::Duration>> ttls = {
      std::nullopt, absl::Hours(1), absl::ZeroDuration(), absl::Hours(10'000'000), absl::Hours(2)};
  for (int i = 0; i < 5; ++i) {
    client_->Set(absl::StrCat("new", i), absl::Cord("v"), ttls[i], {}, results.Callback(i));
  }
  backend_.AwaitCalls(1);
  backend_.LetGo();
  const std::vector<absl::Status> stored = results.Await();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(stored[i], BlockingCacheStore(*alone_).Set("k", absl::Cord("v"), ttls[i])) << i;
    EXPECT_THAT(BlockingCacheStore(*memory_).Exists(absl::StrCat("new", i)),
                IsOkAndHolds(stored[i].ok()));
  }
}

TEST_P(CoalescingFaultTest, ADeleteOfARefusedBatchIsDoneOnce) {
  backend_.Hold();
  Results<absl::StatusOr<bool>> results(3);
  client_->Delete("absent", {}, results.Callback(0));
  client_->Delete(KeyOf(1), {}, results.Callback(1));
  client_->Delete("", {}, results.Callback(2));
  backend_.AwaitCalls(1);
  backend_.LetGo();
  EXPECT_THAT(results.Await(), ElementsAre(IsOkAndHolds(false), IsOkAndHolds(true),
                                           StatusIs(absl::StatusCode::kInvalidArgument)));
}

TEST_P(CoalescingFaultTest, AServiceThatTakesSmallerBatchesStillAnswersEachCall) {
  Open({.max_batch_keys = 4}, {});
  KeepOneInFlight();
  Results<Read> results(30);
  for (int i = 0; i < 30; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  backend_.LetGo();
  const std::vector<Read> reads = results.Await();
  for (int i = 0; i < 30; ++i) EXPECT_THAT(reads[i], IsHit(ValueOf(i)));
}

TEST_P(CoalescingFaultTest, AValueThatDoesNotFitTheReplyIsFetched) {
  Open({.max_batch_bytes = 2'000}, {});
  for (int i = 0; i < 20; ++i) {
    const std::string value(300, static_cast<char>('a' + i));
    ASSERT_THAT(BlockingCacheStore(*memory_).Set(KeyOf(i), absl::Cord(value)), IsOk());
  }
  KeepOneInFlight();
  Results<Read> results(20);
  for (int i = 0; i < 20; ++i) client_->Get(KeyOf(i), {}, results.Callback(i));
  backend_.LetGo();
  const std::vector<Read> reads = results.Await();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(reads[i], IsHit(std::string(300, static_cast<char>('a' + i)))) << i;
  }
  EXPECT_GT(backend_.calls().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Over, CoalescingFaultTest, EveryTransport(), TransportName);

// ---- Services that go wrong.

// Has a Get without an answer for a moment, and meanwhile makes `count` more.
std::vector<Read> GetWhileOneIsInFlight(RemoteCacheStore& store, int count) {
  Results<Read> first(1);
  Results<Read> results(count);
  store.Get("first", {absl::Now() + absl::Milliseconds(50)}, first.Callback(0));
  for (int i = 0; i < count; ++i) store.Get(KeyOf(i), {}, results.Callback(i));
  first.Await();
  return results.Await();
}

std::unique_ptr<RemoteCacheStore> Connect(const std::string& url) {
  return RemoteCacheStore::Create(
             {.url = url, .default_timeout = absl::Minutes(1), .coalescing = Coalescing()})
      .value();
}

Answer Hit() {
  return {grpc::Status::OK, codec::EncodeGetResponse({.value = absl::Cord("value")})};
}

// Answers no first Get, all others with a hit, and batches with `batch`.
ScriptedServer::Script AnswerBatchesWith(const Answer& batch) {
  return [batch](const std::string& method, int attempt) -> std::optional<Answer> {
    if (method == "BatchGet") return batch;
    return attempt == 1 ? std::nullopt : std::optional(Hit());
  };
}

TEST(CoalescingServiceTest, ABatchThatIsTooMuchForTheServiceGoesOneByOne) {
  ScriptedServer server(
      AnswerBatchesWith({grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too large")}));
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10), ::testing::Each(IsHit("value")));
  EXPECT_EQ(server.Attempts("BatchGet"), 1);
  EXPECT_EQ(server.Attempts("Get"), 11);
}

TEST(CoalescingServiceTest, AServiceWithoutBatchesIsAskedForNoneAgain) {
  ScriptedServer server(AnswerBatchesWith({grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "")}));
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10), ::testing::Each(IsHit("value")));
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10), ::testing::Each(IsHit("value")));
  EXPECT_EQ(server.Attempts("BatchGet"), 1);
  EXPECT_EQ(server.Attempts("Get"), 22);
}

TEST(CoalescingServiceTest, AnyOtherErrorOfABatchIsThatOfItsCalls) {
  ScriptedServer server(
      AnswerBatchesWith({grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "not today")}));
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10),
              ::testing::Each(StatusIs(absl::StatusCode::kFailedPrecondition, "not today")));
  EXPECT_EQ(server.Attempts("Get"), 1);
}

TEST(CoalescingServiceTest, AnErrorOfOneCallIsItsAloneAndInTheSameWords) {
  ScriptedServer server(
      AnswerBatchesWith({grpc::Status::OK, codec::EncodeBatchGetResponse(
                                               {absl::Cord("value"), absl::UnavailableError("away"),
                                                absl::FailedPreconditionError("a list")},
                                               1'000)}));
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 3),
              ElementsAre(IsHit("value"),
                          StatusIs(absl::StatusCode::kUnavailable,
                                   ::testing::StartsWith("the cache service at 127.0.0.1:")),
                          StatusIs(absl::StatusCode::kFailedPrecondition, "a list")));
}

TEST(CoalescingServiceTest, TooFewResultsAreInternalForAll) {
  ScriptedServer server(AnswerBatchesWith(
      {grpc::Status::OK, codec::EncodeBatchGetResponse({absl::Cord("value")}, 1'000)}));
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10),
              ::testing::Each(StatusIs(absl::StatusCode::kInternal)));
}

TEST(CoalescingServiceTest, WhereNobodyListensAllAreUnavailable) {
  std::string url;
  {
    ScriptedServer server(AnswerBatchesWith(Hit()));
    url = server.url();
  }
  const auto store = Connect(url);
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 10),
              ::testing::Each(StatusIs(absl::StatusCode::kUnavailable, HasSubstr(url.substr(7)))));
}

TEST(CoalescingServiceTest, RepeatsABatchOfWhatDoesNoHarmTwice) {
  ScriptedServer server([](const std::string& method, int attempt) -> std::optional<Answer> {
    if (attempt == 1 && method == "Get") return std::nullopt;
    if (attempt == 1) return Answer{grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now")};
    return Answer{grpc::Status::OK,
                  codec::EncodeBatchGetResponse({absl::Cord("value"), std::nullopt}, 1'000)};
  });
  const auto store = Connect(server.url());
  EXPECT_THAT(GetWhileOneIsInFlight(*store, 2), ElementsAre(IsHit("value"), IsMiss()));
  EXPECT_EQ(server.Attempts("BatchGet"), 2);
}

TEST(CoalescingServiceTest, NeverRepeatsABatchOfDeletes) {
  ScriptedServer server([](const std::string& method, int) -> std::optional<Answer> {
    if (method == "Delete") return std::nullopt;
    return Answer{grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now")};
  });
  const auto store = Connect(server.url());
  Results<absl::StatusOr<bool>> results(3);
  store->Delete("first", {absl::Now() + absl::Milliseconds(50)}, results.Callback(0));
  for (int i = 1; i < 3; ++i) store->Delete(KeyOf(i), {}, results.Callback(i));
  EXPECT_THAT(results.Await(), ElementsAre(StatusIs(absl::StatusCode::kDeadlineExceeded),
                                           StatusIs(absl::StatusCode::kUnavailable),
                                           StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_EQ(server.Attempts("BatchDelete"), 1);
  EXPECT_EQ(server.Attempts("Delete"), 1);
}

}  // namespace
}  // namespace cachestore
