// SPDX-License-Identifier: Apache-2.0
#include "credentials/role.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(RoleTest, AGreaterRoleMayDoMore) {
  EXPECT_LT(Role::kRead, Role::kWrite);
  EXPECT_LT(Role::kWrite, Role::kAdmin);
}

TEST(RoleTest, IsReadByItsName) {
  EXPECT_EQ(ParseRole("read"), Role::kRead);
  EXPECT_EQ(ParseRole("write"), Role::kWrite);
  EXPECT_EQ(ParseRole("admin"), Role::kAdmin);
  for (const Role role : {Role::kRead, Role::kWrite, Role::kAdmin}) {
    EXPECT_EQ(ParseRole(RoleName(role)), role) << RoleName(role);
  }
}

TEST(RoleTest, IsNoneUnderAnyOtherName) {
  for (const std::string name : {"", "Read", "reads", "rea", "root", " read"}) {
    EXPECT_EQ(ParseRole(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace cachestore
