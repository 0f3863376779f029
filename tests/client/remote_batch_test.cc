// SPDX-License-Identifier: Apache-2.0

// What a client does with batches that are too large for one message, and with answers of a service
// that goes wrong in the middle of one.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch_codec.h"
#include "service/server.h"
#include "stores/blocking_cache_store.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Answer = ScriptedServer::Answer;

constexpr size_t kMaxBatchBytes = 2'000;

std::vector<std::string> Keys(int count) {
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back(absl::StrCat("key", i));
  return keys;
}

std::string ValueOf(int number, size_t bytes) {
  return std::string(bytes, static_cast<char>('a' + number % 26));
}

std::vector<SetEntry> EntriesOf(const std::vector<std::string>& keys, size_t value_bytes) {
  std::vector<SetEntry> entries;
  for (size_t i = 0; i < keys.size(); ++i) {
    entries.push_back(
        {.key = keys[i], .value = absl::Cord(ValueOf(static_cast<int>(i), value_bytes))});
  }
  return entries;
}

// A client, and a real service that takes batches of 2,000 bytes.
class SmallBatchesTest : public TransportTest {
 protected:
  uint64_t calls() const { return server_->counts().started; }

  const std::unique_ptr<MemoryCacheStore> backend_ = MemoryCacheStore::Create({}).value();
  const std::unique_ptr<Server> server_ =
      Server::Start(
          {.transport = GetParam(), .listen = {"127.0.0.1:0"}, .max_batch_bytes = kMaxBatchBytes},
          *backend_, [] {})
          .value();
  const std::unique_ptr<RemoteCacheStore> client_ =
      RemoteCacheStore::Create({.url = absl::StrCat("grpc://", server_->addresses().front()),
                                .default_timeout = absl::Minutes(1),
                                .max_batch_bytes = kMaxBatchBytes})
          .value();
  BlockingCacheStore cache_{*client_};
};

TEST_P(SmallBatchesTest, ABatchThatFitsIsOneCall) {
  const std::vector<std::string> keys = Keys(10);
  ASSERT_THAT(cache_.BatchSet(EntriesOf(keys, 100)), IsOk());
  EXPECT_EQ(calls(), 1u);
  ASSERT_THAT(cache_.BatchGet(keys), IsOk());
  EXPECT_EQ(calls(), 2u);
}

TEST_P(SmallBatchesTest, EntriesThatAreTooMuchForOneMessageGoInSeveral) {
  const std::vector<std::string> keys = Keys(100);
  const auto stored = cache_.BatchSet(EntriesOf(keys, 100));
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(*stored, ::testing::ElementsAreArray(BatchBoolResults(100, true)));
  EXPECT_GE(calls(), 6u);
  EXPECT_LE(calls(), 12u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(BlockingCacheStore(*backend_).Get(keys[i]), IsHit(ValueOf(i, 100)));
  }
}

TEST_P(SmallBatchesTest, KeysThatAreTooMuchForOneMessageGoInSeveral) {
  const std::vector<std::string> keys = Keys(500);
  ASSERT_THAT(BlockingCacheStore(*backend_).Set("key499", absl::Cord("last")), IsOk());
  const auto found = cache_.BatchExists(keys);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), 500u);
  EXPECT_THAT((*found)[498], IsOkAndHolds(false));
  EXPECT_THAT((*found)[499], IsOkAndHolds(true));
  EXPECT_EQ(calls(), 2u);
}

TEST_P(SmallBatchesTest, ValuesThatAreTooMuchForOneReplyAreFetched) {
  const std::vector<std::string> keys = Keys(50);
  ASSERT_THAT(BlockingCacheStore(*backend_).BatchSet(EntriesOf(keys, 300)), IsOk());
  std::vector<std::string> asked = keys;
  asked.insert(asked.begin() + 20, "absent");
  const auto read = cache_.BatchGet(asked);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->size(), 51u);
  EXPECT_THAT((*read)[20], IsMiss());
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT((*read)[i < 20 ? i : i + 1], IsHit(ValueOf(i, 300))) << i;
  }
  EXPECT_GT(calls(), 1u);
}

TEST_P(SmallBatchesTest, AValueThatIsTooLargeForAnyBatchGoesByItself) {
  const std::vector<std::string> keys = Keys(3);
  std::vector<SetEntry> entries = EntriesOf(keys, 10);
  entries[1].value = absl::Cord(std::string(10'000, 'x'));
  entries[2].options.condition = SetCondition::IfPresent();
  const auto stored = cache_.BatchSet(entries);
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(*stored,
              ::testing::ElementsAre(IsOkAndHolds(true), IsOkAndHolds(true), IsOkAndHolds(false)));
  const auto read = cache_.BatchGet(keys);
  ASSERT_THAT(read, IsOk());
  EXPECT_THAT((*read)[1], IsHit(std::string(10'000, 'x')));
}

TEST_P(SmallBatchesTest, MoreKeysThanABatchMayHaveAreRefusedHoweverTheyWouldBeSent) {
  for (const size_t value_bytes : {10, 3'000}) {
    EXPECT_THAT(cache_.BatchSet(EntriesOf(Keys(1'001), value_bytes)),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("entries: has 1001 of them; the limit is 1000")));
  }
  EXPECT_EQ(calls(), 0u);
}

TEST_P(SmallBatchesTest, AnEntryThatIsRefusedInALaterPartIsTheErrorOfTheBatch) {
  const std::vector<std::string> keys = Keys(100);
  std::vector<SetEntry> entries = EntriesOf(keys, 100);
  entries[90].options.ttl = absl::ZeroDuration();
  EXPECT_THAT(cache_.BatchSet(entries), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 AllOf(HasSubstr("entries[90].ttl: is 0"),
                                                       HasSubstr("were sent and are done"))));
  EXPECT_THAT(BlockingCacheStore(*backend_).Exists("key0"), IsOkAndHolds(true));
  EXPECT_THAT(BlockingCacheStore(*backend_).Exists("key99"), IsOkAndHolds(false));
}

TEST_P(SmallBatchesTest, AValueThatIsTooLargeForTheServiceNamesItsEntry) {
  std::vector<SetEntry> entries = EntriesOf(Keys(1), 2'000'000);
  entries[0].key = "key0";
  EXPECT_THAT(cache_.BatchSet(entries), StatusIs(absl::StatusCode::kInvalidArgument,
                                                 HasSubstr("entries[0].value: is 2000000 bytes")));
}

INSTANTIATE_TEST_SUITE_P(Over, SmallBatchesTest, EveryTransport(), TransportName);

std::unique_ptr<RemoteCacheStore> Connect(const ScriptedServer& server) {
  return RemoteCacheStore::Create({.url = server.url(),
                                   .default_timeout = absl::Minutes(1),
                                   .max_batch_bytes = kMaxBatchBytes})
      .value();
}

TEST(RemoteBatchTest, APartThatFailsLaterFailsJustItsKeysAndThoseAfterIt) {
  ScriptedServer server([](const std::string&, int attempt) -> std::optional<Answer> {
    if (attempt == 2) return Answer{grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone")};
    return Answer{grpc::Status::OK,
                  codec::EncodeBatchBoolResponse(BatchBoolResults(222, attempt == 1))};
  });
  const auto store = Connect(server);
  std::vector<std::string> keys(666, "k234567");  // 9 bytes each in a message.
  const auto removed = BlockingCacheStore(*store).BatchDelete(keys);
  ASSERT_THAT(removed, IsOk());
  ASSERT_EQ(removed->size(), 666u);
  EXPECT_THAT((*removed)[221], IsOkAndHolds(true));
  EXPECT_THAT((*removed)[222], StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT((*removed)[665], StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(server.Attempts("BatchDelete"), 2);
}

TEST(RemoteBatchTest, AnEntryThatIsTooLargeForTheBackendFailsByItself) {
  ScriptedServer server([](const std::string& method, int) -> std::optional<Answer> {
    if (method == "Set") {
      return Answer{grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too large")};
    }
    return Answer{grpc::Status::OK, codec::EncodeBatchBoolResponse({true})};
  });
  const auto store = Connect(server);
  std::vector<std::string> keys = Keys(3);
  std::vector<SetEntry> entries = EntriesOf(keys, 10);
  entries[1].value = absl::Cord(std::string(10'000, 'x'));
  const auto stored = BlockingCacheStore(*store).BatchSet(entries);
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(*stored, ::testing::ElementsAre(IsOkAndHolds(true),
                                              StatusIs(absl::StatusCode::kResourceExhausted),
                                              IsOkAndHolds(true)));
}

TEST(RemoteBatchTest, APartThatABusyServiceRefusesIsNotAskedForKeyByKey) {
  ScriptedServer server([](const std::string&, int attempt) -> std::optional<Answer> {
    if (attempt == 2) return Answer{grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "busy")};
    return Answer{grpc::Status::OK,
                  codec::EncodeBatchGetResponse(BatchGetResults(222, std::nullopt), 1'000)};
  });
  const auto store = Connect(server);
  const std::vector<std::string> keys(400, "k234567");  // 9 bytes each in a message.
  const auto read = BlockingCacheStore(*store).BatchGet(keys);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->size(), 400u);
  EXPECT_THAT((*read)[221], IsMiss());
  EXPECT_THAT((*read)[222], StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(server.Attempts("Get"), 0);
}

TEST(RemoteBatchTest, AnAnswerForOtherThanTheKeysAskedForIsNone) {
  for (const size_t answers : {0, 1, 3}) {
    ScriptedServer server([=](const std::string&, int) -> std::optional<Answer> {
      return Answer{grpc::Status::OK,
                    codec::EncodeBatchBoolResponse(BatchBoolResults(answers, true))};
    });
    const auto store = Connect(server);
    EXPECT_THAT(BlockingCacheStore(*store).BatchExists({"a", "b"}),
                StatusIs(absl::StatusCode::kInternal, HasSubstr("no valid message")))
        << answers;
  }
}

TEST(RemoteBatchTest, BytesThatAreNoAnswerAreAnError) {
  ScriptedServer server([](const std::string&, int) -> std::optional<Answer> {
    return Answer{grpc::Status::OK, absl::Cord("\x0a\x7f")};
  });
  const auto store = Connect(server);
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.BatchGet({"a"}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(cache.BatchDelete({"a"}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(cache.Increment("a", 1), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(cache.GetWith("a", {.want_ttl = true}), StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace cachestore
