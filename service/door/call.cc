// SPDX-License-Identifier: Apache-2.0
#include "service/door/call.h"

namespace cachestore {

void ArrivedCall::WriteLog(absl::StatusCode code, int64_t nanos, const absl::Cord& request) const {
  log_->Write({.method = path_,
               .code = code,
               .nanos = nanos,
               .peer = peer(),
               .caller = identity_ != nullptr ? identity_->name : "",
               .request = request});
}

}  // namespace cachestore
