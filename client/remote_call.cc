// SPDX-License-Identifier: Apache-2.0
#include "client/remote_call.h"

#include "absl/strings/str_cat.h"

namespace cachestore {

absl::Status NoAnswer(const ServiceAddress& address) {
  return absl::InternalError(absl::StrCat("the cache service at ", address.name,
                                          " answered with bytes that are no valid message; "
                                          "check that a cache service listens there"));
}

}  // namespace cachestore
