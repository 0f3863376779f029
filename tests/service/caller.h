// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_CALLER_H_
#define TESTS_SERVICE_CALLER_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "credentials/role.h"
#include "credentials/token.h"
#include "credentials/token_hash.h"

namespace cachestore {

// Somebody with a token of their own.
struct Caller {
  std::string line;           // In an auth file.
  std::string authorization;  // The header of their calls.
};

inline Caller NewCaller(absl::string_view name, Role role, absl::string_view namespace_name) {
  const Token token = CreateToken(name).value();
  return {.line = absl::StrCat(name, " ", RoleName(role), " ", namespace_name,
                               " token:", TokenHash::Of(token.secret)->Text(), "\n"),
          .authorization = absl::StrCat("Bearer ", FormatToken(token))};
}

}  // namespace cachestore

#endif  // TESTS_SERVICE_CALLER_H_
