// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_SERVICE_ERRORS_H_
#define PROTOS_SERVICE_ERRORS_H_

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// How a call ends that the service could not answer, rather than one that was wrong.
inline constexpr std::array<absl::string_view, 6> kServiceErrors = {
    "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "INTERNAL", "UNKNOWN", "DATA_LOSS"};

inline bool IsServiceError(absl::string_view code) {
  return std::ranges::find(kServiceErrors, code) != kServiceErrors.end();
}

// Whether a service is one of ours, rather than health or reflection.
inline bool IsOfTheCache(absl::string_view service) {
  return absl::StartsWith(service, "cachestore.v1.");
}

}  // namespace cachestore

#endif  // PROTOS_SERVICE_ERRORS_H_
