// SPDX-License-Identifier: Apache-2.0
#include "credentials/openssl_error.h"

#include <openssl/err.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace cachestore {

std::string TakeOpensslError() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : absl::StrCat("OpenSSL error ", code);
}

}  // namespace cachestore
