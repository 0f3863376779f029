// SPDX-License-Identifier: Apache-2.0
#include "service/access/access_control.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/event_log.h"
#include "tests/service/caller.h"
#include "tests/service/replace_file.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

class AccessControlTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<AccessControl>> Create() {
    return AccessControl::Create(
        path_,
        [this](const CappedNamespaces& namespaces) {
          opened_ = namespaces;
          if (no_room_.empty() || !namespaces.contains("full")) return absl::OkStatus();
          return absl::ResourceExhaustedError(no_room_);
        },
        [this](Severity /*severity*/, absl::string_view line) { log_.emplace_back(line); });
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/auth";
  std::string no_room_ = "no room";  // Why the namespace full cannot be opened, if it cannot.
  CappedNamespaces opened_;          // What was asked for last.
  std::vector<std::string> log_;
  const Caller alice_ = NewCaller("alice", Role::kRead, "a");
  const Caller bob_ = NewCaller("bob", Role::kWrite, "b");
};

TEST_F(AccessControlTest, FindsWhomTheFileNames) {
  ReplaceFile(path_, absl::StrCat(alice_.line, bob_.line));
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  EXPECT_THAT(opened_, ElementsAre(Key("a"), Key("b")));
  const auto found = (*access)->Authenticate(bob_.authorization, nullptr);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ((*found)->name, "bob");
  EXPECT_EQ((*found)->role, Role::kWrite);
  EXPECT_EQ((*found)->namespace_name, "b");
}

TEST_F(AccessControlTest, ANamespaceIsOpenedWithItsCaps) {
  ReplaceFile(path_, absl::StrCat(alice_.line, "namespace a max_entries=7\n"));
  ASSERT_THAT(Create(), IsOk());
  EXPECT_THAT(opened_, ElementsAre(Pair("a", NamespaceCaps{.max_entries = 7})));
}

TEST_F(AccessControlTest, WithoutAFileThereIsNone) {
  EXPECT_THAT(Create(), StatusIs(absl::StatusCode::kInvalidArgument,
                                 absl::StrCat("auth_file: ", path_,
                                              " cannot be read (No such file or "
                                              "directory); takes the path of a file")));
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Create(), StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr("cannot be read (Is a directory)")));
}

TEST_F(AccessControlTest, ABadFileIsRefusedAtStart) {
  ReplaceFile(path_, "alice\n");
  EXPECT_THAT(Create(),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("auth_file: line 1: ")));
}

TEST_F(AccessControlTest, AFileWithANamespaceThatCannotBeOpenedIsRefused) {
  ReplaceFile(path_, alice_.line);
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  ReplaceFile(path_, absl::StrCat(bob_.line, NewCaller("carol", Role::kRead, "full").line));
  (*access)->Refresh();
  EXPECT_THAT(log_, ElementsAre("auth_file: no room; who could call still can"));
  EXPECT_THAT((*access)->Authenticate(alice_.authorization, nullptr), IsOk());
  EXPECT_THAT((*access)->Authenticate(bob_.authorization, nullptr), Not(IsOk()));
}

TEST_F(AccessControlTest, WhatAFileWasRefusedForMayPass) {
  ReplaceFile(path_, alice_.line);
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  ReplaceFile(path_, absl::StrCat(bob_.line, NewCaller("carol", Role::kRead, "full").line));
  (*access)->Refresh();
  (*access)->Refresh();
  EXPECT_THAT(log_, SizeIs(1)) << "the same is said once";
  no_room_ = "still no room";
  (*access)->Refresh();
  EXPECT_THAT(log_, SizeIs(2));
  EXPECT_THAT((*access)->Authenticate(alice_.authorization, nullptr), IsOk());
  no_room_.clear();
  (*access)->Refresh();
  EXPECT_THAT((*access)->Authenticate(alice_.authorization, nullptr), Not(IsOk()));
  EXPECT_THAT((*access)->Authenticate(bob_.authorization, nullptr), IsOk());
}

TEST_F(AccessControlTest, AFileThatHasNotChangedIsNotReadAgain) {
  ReplaceFile(path_, alice_.line);
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  (*access)->Refresh();
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_THAT(opened_, SizeIs(1));
}

TEST_F(AccessControlTest, AFileThatIsWrittenToInPlaceIsReadAgain) {
  ReplaceFile(path_, alice_.line);
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  std::ofstream(path_, std::ios::app) << bob_.line;
  (*access)->Refresh();
  EXPECT_THAT((*access)->Authenticate(bob_.authorization, nullptr), IsOk());
}

TEST_F(AccessControlTest, WhatIsRefusedIsLoggedOnce) {
  ReplaceFile(path_, alice_.line);
  const auto access = Create();
  ASSERT_THAT(access, IsOk());
  std::filesystem::remove(path_);
  (*access)->Refresh();
  (*access)->Refresh();
  EXPECT_THAT(log_,
              ElementsAre(AllOf(HasSubstr("No such file"), HasSubstr("who could call still can"))));
  ReplaceFile(path_, "alice\n");
  (*access)->Refresh();
  (*access)->Refresh();
  EXPECT_THAT(log_, SizeIs(2));
  EXPECT_THAT((*access)->Authenticate(alice_.authorization, nullptr), IsOk());
}

TEST_F(AccessControlTest, AnIdentityOutlivesTheFileThatNamedIt) {
  ReplaceFile(path_, alice_.line);
  auto access = Create();
  ASSERT_THAT(access, IsOk());
  const auto identity = (*access)->Authenticate(alice_.authorization, nullptr);
  ASSERT_THAT(identity, IsOk());
  ReplaceFile(path_, bob_.line);
  (*access)->Refresh();
  EXPECT_THAT((*access)->Authenticate(alice_.authorization, nullptr), Not(IsOk()));
  access->reset();
  EXPECT_EQ((*identity)->name, "alice");
}

}  // namespace
}  // namespace cachestore
