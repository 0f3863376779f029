// SPDX-License-Identifier: Apache-2.0
#include "service/access/check_role.h"

#include "absl/strings/str_cat.h"

namespace cachestore {

absl::Status CheckRole(const Identity& identity, Role needed, absl::string_view what) {
  if (identity.role >= needed) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(what, ": needs the role ", RoleName(needed),
                                                  "; yours is ", RoleName(identity.role),
                                                  ": ask the server's operator for it"));
}

}  // namespace cachestore
