// SPDX-License-Identifier: Apache-2.0
#include "service/namespaces.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/unscripted_store.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Answers each ping when it is told to.
class PingedStore final : public UnscriptedStore {
 public:
  void Ping(const CallOptions& /*options*/, StatusCallback done) override {
    done_ = std::move(done);
  }

  void Answer(absl::Status status) { std::move(done_)(std::move(status)); }

 private:
  StatusCallback done_;
};

class NamespacesTest : public testing::Test {
 protected:
  NamespacesTest() {
    EXPECT_THAT(namespaces_.Open({{"one", {}}, {"two", {}}}), IsOk());
    namespaces_.Ping({}, [this](absl::Status status) { answer_ = std::move(status); });
  }

  PingedStore* one_ = nullptr;
  PingedStore* two_ = nullptr;
  std::optional<absl::Status> answer_;
  Namespaces namespaces_{
      [this](absl::string_view name,
             const NamespaceCaps& /*caps*/) -> absl::StatusOr<std::unique_ptr<CacheStore>> {
        if (name == "none") return absl::ResourceExhaustedError("no room");
        auto store = std::make_unique<PingedStore>();
        (name == "one" ? one_ : two_) = store.get();
        return store;
      }};
};

TEST_F(NamespacesTest, APingEndsWhenEveryStoreHasAnswered) {
  two_->Answer(absl::OkStatus());
  EXPECT_EQ(answer_, std::nullopt);
  one_->Answer(absl::OkStatus());
  EXPECT_EQ(answer_, absl::OkStatus());
}

TEST_F(NamespacesTest, OneStoreThatDoesNotAnswerIsEnoughForAnError) {
  one_->Answer(absl::UnavailableError("gone"));
  EXPECT_EQ(answer_, std::nullopt);
  two_->Answer(absl::OkStatus());
  EXPECT_EQ(answer_, absl::UnavailableError("gone"));
}

TEST_F(NamespacesTest, ANamespaceThatIsOpenIsNotOpenedAgain) {
  const PingedStore* const before = one_;
  EXPECT_THAT(namespaces_.Open({{"one", {}}}), IsOk());
  EXPECT_EQ(one_, before);
}

TEST_F(NamespacesTest, AStoreKeepsTheCapsItWasMadeWith) {
  EXPECT_THAT(namespaces_.Open({{"one", {.max_entries = 1}}}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("the namespace one"), HasSubstr("restart"))));
  EXPECT_THAT(namespaces_.Open({{"capped", {.max_entries = 1}}}), IsOk());
  EXPECT_THAT(namespaces_.Open({{"capped", {.max_entries = 1}}}), IsOk());
}

TEST_F(NamespacesTest, WhereOneCannotBeOpenedNoneIs) {
  EXPECT_THAT(namespaces_.Open({{"new", {.max_entries = 1}}, {"one", {.max_entries = 1}}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(namespaces_.Open({{"new", {.max_entries = 1}}, {"none", {}}}),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(namespaces_.Open({{"new", {.max_entries = 2}}}), IsOk()) << "it has no caps yet";
}

TEST_F(NamespacesTest, WhyAStoreCannotBeMadeIsReturned) {
  EXPECT_EQ(namespaces_.Open({{"none", {}}}),
            absl::ResourceExhaustedError("the namespace none cannot be opened: no room"));
}

}  // namespace
}  // namespace cachestore
