// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_ROLE_H_
#define CREDENTIALS_ROLE_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace cachestore {

// What a caller may do. A greater role may also do whatever a lesser one may.
enum class Role {
  kRead,   // Get, Exists, and batches of them.
  kWrite,  // Set, Delete, and counters.
  kAdmin,  // Clear, Close, and statistics.
};

// What a role's name is, as it ends the sentence "takes ...".
inline constexpr char kRoleForm[] = "read, write or admin";

absl::string_view RoleName(Role role);

// The role of that name; nullopt if there is none.
std::optional<Role> ParseRole(absl::string_view name);

}  // namespace cachestore

#endif  // CREDENTIALS_ROLE_H_
