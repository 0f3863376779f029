// SPDX-License-Identifier: Apache-2.0
#include "service/readiness_log.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/log/log_line.h"
#include "service/readiness.h"

namespace cachestore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReadinessLogTest : public testing::Test {
 protected:
  std::shared_ptr<ReadinessLog> Start() {
    return ReadinessLog::Start(readiness_,
                               [this](const LogLine& line) { lines_.push_back(TextOf(line)); });
  }

  Readiness readiness_;
  std::vector<std::string> lines_;
};

TEST_F(ReadinessLogTest, WhatIsReadyFromTheStartNeedsNoLine) {
  readiness_.Set(absl::OkStatus());
  const auto log = Start();
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ReadinessLogTest, WhatIsNotReadyAtTheStartSaysWhy) {
  readiness_.Set(absl::UnavailableError("nobody listens"));
  const auto log = Start();
  readiness_.Set(absl::OkStatus());
  EXPECT_THAT(lines_, ElementsAre("cache_server: warning: not ready: nobody listens",
                                  "cache_server: ready"));
}

TEST_F(ReadinessLogTest, EachChangeIsOneLineHoweverOftenItIsAsked) {
  readiness_.Set(absl::OkStatus());
  const auto log = Start();
  for (int i = 0; i < 3; ++i) readiness_.Set(absl::UnavailableError("gone"));
  for (int i = 0; i < 3; ++i) readiness_.Set(absl::OkStatus());
  readiness_.Set(absl::UnavailableError("gone again"));
  EXPECT_THAT(lines_,
              ElementsAre("cache_server: warning: not ready: gone", "cache_server: ready again",
                          "cache_server: warning: not ready: gone again"));
}

TEST_F(ReadinessLogTest, NothingIsWrittenOnceItIsGone) {
  readiness_.Set(absl::OkStatus());
  Start().reset();
  readiness_.Drain();
  EXPECT_THAT(lines_, IsEmpty());
}

}  // namespace
}  // namespace cachestore
