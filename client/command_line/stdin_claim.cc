// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/stdin_claim.h"

#include "absl/strings/str_cat.h"

namespace cachestore {

absl::Status StdinClaim::Take(const std::string& reader) {
  if (!reader_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("stdin can be read once, and is for ", reader_, " already"));
  }
  reader_ = reader;
  return absl::OkStatus();
}

}  // namespace cachestore
