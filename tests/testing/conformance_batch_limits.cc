// SPDX-License-Identifier: Apache-2.0
// Which batches are refused: as a whole, in the name of the item at fault.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "tests/testing/conformance.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const Limits kSmall = {.max_key_bytes = 16,
                       .max_value_bytes = 4096,
                       .default_ttl = absl::Hours(1),
                       .max_ttl = absl::Hours(24),
                       .max_batch_keys = 4};

const std::vector<std::string> kFourKeys = {"a", "b", "c", "d"};

struct Batch {
  std::string name;
  std::string field;
  std::string key_field;  // Where an item has its key.
  std::function<absl::Status(BlockingCacheStore, const std::vector<std::string>& keys)> run;
};

const std::vector<Batch>& AllBatches() {
  using Keys = const std::vector<std::string>&;
  static const auto& batches = *new std::vector<Batch>{
      {"BatchGet", "keys", "",
       [](BlockingCacheStore cache, Keys keys) { return cache.BatchGet(keys).status(); }},
      {"BatchSet", "entries", ".key",
       [](BlockingCacheStore cache, Keys keys) {
         return cache.BatchSet(EntriesOf(keys)).status();
       }},
      {"BatchDelete", "keys", "",
       [](BlockingCacheStore cache, Keys keys) { return cache.BatchDelete(keys).status(); }},
      {"BatchExists", "keys", "",
       [](BlockingCacheStore cache, Keys keys) { return cache.BatchExists(keys).status(); }},
  };
  return batches;
}

TEST_P(ConformanceTest, BatchOfAsManyAsTheLimitIsTaken) {
  OpenWith(kSmall);
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), kFourKeys), IsOk()) << batch.name;
  }
}

TEST_P(ConformanceTest, BatchOfMoreThanTheLimitIsRefused) {
  OpenWith(kSmall);
  ASSERT_THAT(cache().Set("a", absl::Cord("old")), IsOk());
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), {"a", "b", "c", "d", "e"}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(batch.field + ": has 5 of them"),
                               HasSubstr("the limit is 4 (max_batch_keys)"))))
        << batch.name;
  }
  EXPECT_THAT(cache().Get("a"), IsHit("old"));
  EXPECT_THAT(cache().Get("e"), IsMiss());
}

TEST_P(ConformanceTest, BatchLimitCountsKeysThatComeTwice) {
  OpenWith(kSmall);
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), std::vector<std::string>(5, "a")),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("max_batch_keys")))
        << batch.name;
  }
}

TEST_P(ConformanceTest, BatchOfAThousandAndOneIsRefusedUnlessMoreIsAllowed) {
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), std::vector<std::string>(1001, "a")),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("the limit is 1000 (max_batch_keys)")))
        << batch.name;
  }
}

TEST_P(ConformanceTest, EmptyBatchIsRefused) {
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), {}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(batch.field + ": is empty")))
        << batch.name;
  }
}

TEST_P(ConformanceTest, BatchWithARefusedKeyIsRefusedInItsName) {
  OpenWith(kSmall);
  const std::pair<std::string, std::string> cases[] = {
      {"", "is empty"}, {std::string(17, 'k'), "is 17 bytes; the limit is 16 bytes"}};
  for (const Batch& batch : AllBatches()) {
    for (const auto& [key, message] : cases) {
      for (size_t at = 0; at < kFourKeys.size(); ++at) {
        std::vector<std::string> keys = kFourKeys;
        keys[at] = key;
        EXPECT_THAT(batch.run(cache(), keys),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr(absl::StrCat(batch.field, "[", at, "]", batch.key_field,
                                                    ": ", message))))
            << batch.name;
      }
    }
  }
}

TEST_P(ConformanceTest, BatchWithSeveralRefusedKeysNamesTheFirst) {
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(
        batch.run(cache(), {"a", "", "b", ""}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(absl::StrCat(batch.field, "[1]"))))
        << batch.name;
  }
}

TEST_P(ConformanceTest, RefusedBatchDeleteRemovesNothing) {
  ASSERT_THAT(cache().BatchSet(EntriesOf(kFourKeys)), IsOk());
  for (size_t at = 0; at < kFourKeys.size(); ++at) {
    std::vector<std::string> keys = kFourKeys;
    keys[at] = "";
    EXPECT_FALSE(cache().BatchDelete(keys).ok());
  }
  EXPECT_THAT(cache().BatchExists(kFourKeys),
              IsOkAndHolds(AllOf(SizeIs(4), Each(IsOkAndHolds(true)))));
}

TEST_P(ConformanceTest, BatchWithARefusedEntryIsRefusedInItsNameAndStoresNothing) {
  OpenWith(kSmall);
  const absl::Cord value("value");
  const struct {
    SetEntry entry;
    std::string message;  // After what names the entry.
  } cases[] = {
      {{.key = "", .value = value}, "key: is empty"},
      {{.key = "a key beyond the limit", .value = value}, "key: is 22 bytes"},
      {{.key = "bad", .value = absl::Cord(std::string(4097, 'v'))},
       "value: is 4097 bytes; the limit is 4096 bytes"},
      {{.key = "bad", .value = value, .options = {.ttl = absl::ZeroDuration()}}, "ttl: is 0"},
      {{.key = "bad", .value = value, .options = {.ttl = absl::Seconds(-1)}}, "ttl: is -1s"},
      {{.key = "bad", .value = value, .options = {.ttl = absl::Hours(25)}}, "ttl: is 25h"},
      {{.key = "bad", .value = value, .options = {.ttl = absl::Hours(1), .keep_ttl = true}},
       "keep_ttl: "},
      {{.key = "bad", .value = value, .options = {.condition = SetCondition::IfEtag("short")}},
       "if_etag: is 5 bytes"},
  };
  for (const auto& [entry, message] : cases) {
    for (size_t at = 0; at < kFourKeys.size(); ++at) {
      std::vector<SetEntry> entries = EntriesOf(kFourKeys);
      entries[at] = entry;
      EXPECT_THAT(cache().BatchSet(std::move(entries)),
                  StatusIs(absl::StatusCode::kInvalidArgument,
                           HasSubstr(absl::StrCat("entries[", at, "].", message))));
      EXPECT_THAT(cache().BatchExists({"a", "b", "c", "d"}),
                  IsOkAndHolds(AllOf(SizeIs(4), Each(IsOkAndHolds(false)))))
          << message;
    }
  }
}

TEST_P(ConformanceTest, RefusedBatchesLeaveTheStoreUsable) {
  for (int i = 0; i < 50; ++i) {
    for (const Batch& batch : AllBatches()) EXPECT_FALSE(batch.run(cache(), {"a", ""}).ok());
  }
  for (const Batch& batch : AllBatches()) {
    EXPECT_THAT(batch.run(cache(), kFourKeys), IsOk()) << batch.name;
  }
}

TEST_P(ConformanceTest, BatchAfterCloseIsRefusedAsAWhole) {
  ASSERT_THAT(cache().Close(), IsOk());
  for (const Batch& batch : AllBatches()) {
    EXPECT_EQ(batch.run(cache(), kFourKeys), absl::FailedPreconditionError("store is closed"))
        << batch.name;
  }
}

}  // namespace
}  // namespace cachestore
