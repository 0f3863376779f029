// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_CHECK_ROLE_H_
#define SERVICE_ACCESS_CHECK_ROLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "credentials/role.h"
#include "service/access/identity.h"

namespace cachestore {

// PERMISSION_DENIED if `identity` has a lesser role than `needed` for `what`, which begins the
// error; it names the role that is missing.
absl::Status CheckRole(const Identity& identity, Role needed, absl::string_view what);

}  // namespace cachestore

#endif  // SERVICE_ACCESS_CHECK_ROLE_H_
