// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_COUNTER_CODEC_H_
#define PROTOS_COUNTER_CODEC_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"

// The messages of counter.proto, as cache_codec.h has those of cache.proto.

namespace cachestore::codec {

struct IncrementRequest {
  std::string key;
  int64_t delta = 0;
  std::optional<absl::Duration> ttl = {};
};
absl::Cord EncodeIncrementRequest(const IncrementRequest& request);
absl::StatusOr<IncrementRequest> DecodeIncrementRequest(const absl::Cord& message);

struct IncrementResponse {
  int64_t value = 0;
  std::optional<absl::Duration> ttl = {};
};
absl::Cord EncodeIncrementResponse(const IncrementResponse& response);
absl::StatusOr<IncrementResponse> DecodeIncrementResponse(const absl::Cord& message);

}  // namespace cachestore::codec

#endif  // PROTOS_COUNTER_CODEC_H_
