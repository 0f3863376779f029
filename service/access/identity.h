// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_IDENTITY_H_
#define SERVICE_ACCESS_IDENTITY_H_

#include <string>

#include "credentials/role.h"

namespace cachestore {

// Who a caller is: one program, or one person. Both names are as credentials/name.h has them.
struct Identity {
  std::string name;
  Role role = Role::kRead;

  // Where its keys are: others with the same one share them, and nobody else sees them.
  std::string namespace_name;
};

}  // namespace cachestore

#endif  // SERVICE_ACCESS_IDENTITY_H_
