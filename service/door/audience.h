// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_AUDIENCE_H_
#define SERVICE_DOOR_AUDIENCE_H_

#include <optional>

#include "credentials/role.h"

namespace cachestore {

// Whom a method is for. There is none by default: a method that does not say it does not compile,
// so that none is open because somebody forgot it.
class Audience {
 public:
  // Whoever reaches the server, with a credential or without.
  static constexpr Audience Everyone() { return {std::nullopt, /*local=*/false}; }

  // With access control, whoever has this role or a greater one. Without, everyone.
  static constexpr Audience Of(Role role) { return {role, /*local=*/false}; }

  // With access control, admins, wherever they call from. Without, who calls from the server's own
  // machine: by a loopback address or a unix socket.
  static constexpr Audience Operators() { return {Role::kAdmin, /*local=*/true}; }

  // The least role; nullopt if not even a credential is needed.
  const std::optional<Role>& role() const { return role_; }

  // Whether the caller has to be on the server's own machine while no access control says more.
  bool local() const { return local_; }

 private:
  constexpr Audience(std::optional<Role> role, bool local) : role_(role), local_(local) {}

  std::optional<Role> role_;
  bool local_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_AUDIENCE_H_
