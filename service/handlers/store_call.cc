// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/store_call.h"

#include <utility>
#include <variant>

namespace cachestore {

SetOptions SetOptionsOf(codec::SetRequest& request) {
  SetOptions options = {.ttl = request.ttl, .keep_ttl = request.keep_ttl};
  if (std::holds_alternative<codec::IfAbsent>(request.condition)) {
    options.condition = SetCondition::IfAbsent();
  } else if (std::holds_alternative<codec::IfPresent>(request.condition)) {
    options.condition = SetCondition::IfPresent();
  } else if (auto* const if_etag = std::get_if<codec::IfEtag>(&request.condition)) {
    options.condition = SetCondition::IfEtag(std::move(if_etag->etag));
  }
  return options;
}

absl::Status ToldToCallers(absl::Status status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::UnavailableError("the storage behind this cache is unavailable: try again");
    case absl::StatusCode::kDeadlineExceeded:
      return absl::DeadlineExceededError("the storage behind this cache did not answer in time");
    case absl::StatusCode::kInternal:
      return absl::InternalError("the storage behind this cache has failed");
    default:
      return status;
  }
}

}  // namespace cachestore
