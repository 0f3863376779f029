// SPDX-License-Identifier: Apache-2.0
#include "protos/batch_codec.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/batch.pb.h"
#include "tests/protos/codec_fixture.h"
#include "tests/protos/set_request_matcher.h"

namespace cachestore::codec {
namespace {

using testing::HasSubstr;

constexpr size_t kAnySize = size_t{1} << 30;

class BatchCodecTest : public CodecFixture {
 protected:
  // Enough to tell: each has several items.
  static constexpr int kBatches = kRounds / 10;

  BatchGetResults RandomGot() {
    BatchGetResults results;
    for (size_t i = Below(6); i > 0; --i) {
      switch (Below(4)) {
        case 0:
          results.emplace_back(std::nullopt);
          break;
        case 1:
          results.emplace_back(absl::Status(static_cast<absl::StatusCode>(1 + Below(16)),
                                            absl::BytesToHexString(RandomBytes(20))));
          break;
        default:
          results.emplace_back(absl::Cord(RandomBytes(Below(8) == 0 ? 10'000 : 40)));
          break;
      }
    }
    return results;
  }

  void ExpectSame(const BatchGetResults& read, const BatchGetResults& expected) {
    ASSERT_EQ(read.size(), expected.size());
    for (size_t i = 0; i < read.size(); ++i) {
      EXPECT_EQ(read[i].status(), expected[i].status());
      if (read[i].ok() && expected[i].ok()) {
        EXPECT_EQ(*read[i], *expected[i]);
      }
    }
  }
};

TEST_F(BatchCodecTest, AgreesWithGeneratedCodeOnKeys) {
  for (int round = 0; round < kBatches; ++round) {
    v1::BatchGetRequest written;
    for (size_t i = Below(6); i > 0; --i) written.add_keys(RandomBytes(20));
    const std::string bytes = written.SerializeAsString();
    absl::Cord message = AsCord(bytes);
    const auto keys = DecodeBatchKeysRequest(message);
    ASSERT_TRUE(keys.ok());
    ASSERT_THAT(std::vector<std::string>(keys->begin(), keys->end()),
                testing::ElementsAreArray(written.keys()));
    ASSERT_EQ(EncodeBatchKeysRequest(*keys), bytes);
    size_t size = 0;
    for (const absl::string_view key : *keys) size += BatchKeySize(key);
    ASSERT_EQ(size, bytes.size());
  }
}

TEST_F(BatchCodecTest, JudgesDamagedKeysAsGeneratedCodeDoes) {
  for (int round = 0; round < kRounds; ++round) {
    v1::BatchGetRequest written;
    for (size_t i = Below(6); i > 0; --i) written.add_keys(RandomBytes(20));
    const std::string bytes = Damage(written.SerializeAsString());
    v1::BatchGetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    absl::Cord message = AsCord(bytes);
    const auto keys = DecodeBatchKeysRequest(message);
    ASSERT_EQ(keys.ok(), is_message) << "round " << round << ": " << absl::BytesToHexString(bytes);
    if (!is_message) continue;
    ASSERT_THAT(std::vector<std::string>(keys->begin(), keys->end()),
                testing::ElementsAreArray(expected.keys()));
  }
}

TEST_F(BatchCodecTest, AgreesWithGeneratedCodeOnEntries) {
  for (int round = 0; round < kBatches; ++round) {
    SCOPED_TRACE(round);
    v1::BatchSetRequest written;
    for (size_t i = Below(6); i > 0; --i) *written.add_entries() = RandomSet();
    const std::string bytes = written.SerializeAsString();
    const auto entries = DecodeBatchSetRequest(AsCord(bytes));
    ASSERT_TRUE(entries.ok()) << entries.status();
    ASSERT_EQ(entries->size(), static_cast<size_t>(written.entries_size()));
    const std::string rewritten(EncodeBatchSetRequest(*entries));
    v1::BatchSetRequest read;
    ASSERT_TRUE(read.ParseFromString(rewritten));
    ASSERT_EQ(read.entries_size(), written.entries_size());
    size_t size = 0;
    for (int i = 0; i < written.entries_size(); ++i) {
      codec::ExpectSame((*entries)[i], written.entries(i));
      codec::ExpectSame((*entries)[i], read.entries(i));
      size += BatchEntrySize((*entries)[i]);
    }
    ASSERT_EQ(size, rewritten.size());
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(BatchCodecTest, JudgesDamagedEntriesAsGeneratedCodeDoes) {
  int valid = 0;
  for (int round = 0; round < kRounds; ++round) {
    v1::BatchSetRequest written;
    for (size_t i = Below(4); i > 0; --i) *written.add_entries() = RandomSet();
    const std::string bytes = Damage(written.SerializeAsString());
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", absl::BytesToHexString(bytes)));
    v1::BatchSetRequest expected;
    const bool is_message = expected.ParseFromString(bytes);
    const auto read = DecodeBatchSetRequest(AsCord(bytes));
    if (!is_message) {
      ASSERT_FALSE(read.ok());
      continue;
    }
    if (!read.ok()) {
      ASSERT_THAT(std::string(read.status().message()), HasSubstr("entries["));
      continue;
    }
    ++valid;
    ASSERT_EQ(read->size(), static_cast<size_t>(expected.entries_size()));
    for (size_t i = 0; i < read->size(); ++i) {
      codec::ExpectSame((*read)[i], expected.entries(static_cast<int>(i)));
    }
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(valid, kRounds / 10) << "too few of the damaged messages were messages";
}

TEST_F(BatchCodecTest, AConditionThatIsFalseNamesItsEntry) {
  v1::BatchSetRequest request;
  request.add_entries()->set_key("fine");
  request.add_entries()->set_if_absent(false);
  const auto read = DecodeBatchSetRequest(absl::Cord(request.SerializeAsString()));
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("entries[1].if_absent: is false"));
}

TEST_F(BatchCodecTest, AgreesWithGeneratedCodeOnAnswersOfGet) {
  for (int round = 0; round < kBatches; ++round) {
    SCOPED_TRACE(round);
    const BatchGetResults written = RandomGot();
    v1::BatchGetResponse read;
    ASSERT_TRUE(read.ParseFromString(std::string(EncodeBatchGetResponse(written, kAnySize))));
    ASSERT_EQ(read.results_size(), static_cast<int>(written.size()));
    for (int i = 0; i < read.results_size(); ++i) {
      const v1::BatchGetResult& result = read.results(i);
      ASSERT_EQ(result.has_error(), !written[i].ok());
      ASSERT_EQ(result.has_value(), written[i].ok() && written[i]->has_value());
      if (result.has_error()) {
        ASSERT_EQ(result.error().code(), static_cast<int>(written[i].status().code()));
        ASSERT_EQ(result.error().message(), written[i].status().message());
      }
      if (result.has_value()) {
        ASSERT_EQ(result.value(), **written[i]);
      }
    }
    const std::string bytes = read.SerializeAsString();
    const auto decoded = DecodeBatchGetResponse(AsCord(bytes));
    ASSERT_TRUE(decoded.ok());
    ExpectSame(*decoded, written);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(BatchCodecTest, AgreesWithGeneratedCodeOnAnswersOfYesAndNo) {
  const BatchBoolResults written = {true, false, absl::UnavailableError("away"), true};
  v1::BatchSetResponse set;
  v1::BatchExistsResponse exists;
  const std::string bytes(EncodeBatchBoolResponse(written));
  ASSERT_TRUE(set.ParseFromString(bytes));
  ASSERT_TRUE(exists.ParseFromString(bytes));
  ASSERT_EQ(set.results_size(), 4);
  EXPECT_TRUE(set.results(0).stored());
  EXPECT_FALSE(set.results(1).stored());
  EXPECT_EQ(set.results(2).error().code(), 14);
  EXPECT_EQ(set.results(2).error().message(), "away");
  EXPECT_TRUE(exists.results(3).exists());
  EXPECT_EQ(set.SerializeAsString(), bytes);
  const auto read = DecodeBatchBoolResponse(absl::Cord(bytes));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, written);
}

TEST_F(BatchCodecTest, AnErrorWithoutACanonicalCodeIsUnknown) {
  for (const int code : {0, -1, 17, 1'000'000}) {
    v1::BatchDeleteResponse response;
    response.add_results()->mutable_error()->set_code(code);
    const auto read = DecodeBatchBoolResponse(absl::Cord(response.SerializeAsString()));
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->size(), 1u);
    EXPECT_EQ(read->front().status().code(), absl::StatusCode::kUnknown) << code;
  }
}

TEST_F(BatchCodecTest, RepliesAreNeverLargerThanTheyMayBe) {
  for (const size_t values : {1, 10, 100}) {
    BatchGetResults results(values, absl::Cord(std::string(1'000, 'v')));
    results.emplace_back(std::nullopt);
    for (const size_t max_bytes : {size_t{10'000}, size_t{50'000}, size_t{100'500}}) {
      const absl::Cord reply = EncodeBatchGetResponse(results, max_bytes);
      EXPECT_LE(reply.size(), max_bytes);
      const auto read = DecodeBatchGetResponse(reply);
      ASSERT_TRUE(read.ok());
      ASSERT_EQ(read->size(), results.size());
      EXPECT_TRUE(read->back().ok());
      size_t fitting = 0;
      for (size_t i = 0; i < values; ++i) {
        if ((*read)[i].ok()) {
          ++fitting;
          ASSERT_EQ(*(*read)[i], *results[i]);
        } else {
          ASSERT_EQ((*read)[i].status().code(), absl::StatusCode::kResourceExhausted);
        }
      }
      if (values * 1'010 <= max_bytes) {
        EXPECT_EQ(fitting, values) << "all of them had room";
      }
      EXPECT_GE(fitting * 1'010, std::min(values * 1'000, max_bytes - values * 80) / 2)
          << "there was room for more";
    }
  }
}

TEST_F(BatchCodecTest, MissesAndErrorsCountAgainstTheSizeOfAReply) {
  BatchGetResults results(100, absl::Cord(std::string(1'000, 'v')));
  const size_t hits = EncodeBatchGetResponse(results, kAnySize).size();
  results.emplace_back(std::nullopt);
  results.emplace_back(absl::FailedPreconditionError(std::string(200, 'e')));
  const size_t all = EncodeBatchGetResponse(results, kAnySize).size();
  for (const size_t max_bytes : {hits, hits + 1, all - 1, all}) {
    EXPECT_LE(EncodeBatchGetResponse(results, max_bytes).size(), max_bytes);
  }
  EXPECT_EQ(EncodeBatchGetResponse(results, all).size(), all);
}

TEST_F(BatchCodecTest, ItemsAreCountedBeforeTheyAreRead) {
  EXPECT_EQ(CountBatchItems(absl::Cord()), 0u);
  EXPECT_EQ(CountBatchItems(EncodeBatchKeysRequest({"a", "", "b"})), 3u);
  const SetRequest entry = {.key = "k"};
  EXPECT_EQ(CountBatchItems(EncodeBatchSetRequest({entry, entry})), 2u);
}

TEST_F(BatchCodecTest, AValueBehindOneThatDoesNotFitStillMay) {
  const BatchGetResults results = {absl::Cord("a"), absl::Cord(std::string(5'000, 'v')),
                                   absl::Cord("b")};
  const auto read = DecodeBatchGetResponse(EncodeBatchGetResponse(results, 1'000));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*(*read)[0], "a");
  EXPECT_EQ((*read)[1].status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(*(*read)[2], "b");
}

}  // namespace
}  // namespace cachestore::codec
