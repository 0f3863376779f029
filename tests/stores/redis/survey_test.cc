// SPDX-License-Identifier: Apache-2.0

// Which of several servers' answers is taken, and when.
#include "stores/redis/survey.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"

namespace cachestore::redis {
namespace {

using testing::HasSubstr;

// A survey whose servers answer when the test has them do so.
class SurveyTest : public testing::Test {
 protected:
  using NumberSurvey = Survey<int>;

  void Begin(size_t servers) {
    NumberSurvey::Begin(
        servers,
        [this](size_t server, NumberSurvey::Take take) {
          EXPECT_EQ(server, asked_.size()) << "in their order";
          asked_.push_back(std::move(take));
        },
        [this](absl::StatusOr<int> result) {
          EXPECT_FALSE(result_.has_value()) << "once";
          result_ = std::move(result);
        });
  }

  void Answer(size_t server, absl::StatusOr<int> answer) {
    std::exchange(asked_[server], nullptr)(std::move(answer));
  }
  void Fail(size_t server, const char* why) { Answer(server, absl::UnavailableError(why)); }

  std::vector<NumberSurvey::Take> asked_;
  std::optional<absl::StatusOr<int>> result_;
};

TEST_F(SurveyTest, OneServerIsAsGoodAsItsAnswer) {
  Begin(1);
  EXPECT_FALSE(result_.has_value());
  Answer(0, 7);
  EXPECT_THAT(result_, testing::Optional(IsOkAndHolds(7)));
}

TEST_F(SurveyTest, TheGreaterOfTwoAnswersWins) {
  Begin(3);
  Answer(1, 9);
  EXPECT_FALSE(result_.has_value()) << "it may be one that was cut off";
  Answer(0, 4);
  EXPECT_THAT(result_, testing::Optional(IsOkAndHolds(9))) << "the third keeps nobody waiting";
  Answer(2, 100);
}

TEST_F(SurveyTest, OneAnswerIsTakenWhenTheOthersHaveFailed) {
  Begin(3);
  Fail(0, "gone");
  Answer(1, 4);
  EXPECT_FALSE(result_.has_value());
  Fail(2, "gone, too");
  EXPECT_THAT(result_, testing::Optional(IsOkAndHolds(4)));
}

TEST_F(SurveyTest, TheNextServersAreAskedWhenNoneOfTheFirstThreeAnswers) {
  Begin(5);
  EXPECT_EQ(asked_.size(), 3);
  for (size_t server = 0; server < 3; ++server) Fail(server, "gone");
  ASSERT_EQ(asked_.size(), 5);
  Answer(4, 2);
  EXPECT_FALSE(result_.has_value());
  Answer(3, 1);
  EXPECT_THAT(result_, testing::Optional(IsOkAndHolds(2)));
}

TEST_F(SurveyTest, TheFirstErrorIsTheReasonWhereNobodyAnswers) {
  Begin(4);
  for (size_t server = 0; server < 3; ++server) Fail(server, server == 0 ? "first" : "later");
  Fail(3, "last");
  ASSERT_TRUE(result_.has_value());
  EXPECT_THAT(*result_, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("first")));
}

}  // namespace
}  // namespace cachestore::redis
