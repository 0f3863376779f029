// SPDX-License-Identifier: Apache-2.0
#include "protos/counter_codec.h"

#include <utility>

#include "protos/cache_codec.h"
#include "protos/wire.h"
#include "protos/wire_duration.h"

namespace cachestore::codec {
namespace {

// The field numbers of counter.proto.
constexpr uint32_t kKey = 1;
constexpr uint32_t kDelta = 2;
constexpr uint32_t kRequestTtl = 3;
constexpr uint32_t kSum = 1;
constexpr uint32_t kResponseTtl = 2;

}  // namespace

absl::Cord EncodeIncrementRequest(const IncrementRequest& request) {
  std::string message;
  AppendBytesField(kKey, request.key, message);
  if (request.delta != 0) {
    AppendVarintField(kDelta, static_cast<uint64_t>(request.delta), message);
  }
  if (request.ttl.has_value()) AppendBytesField(kRequestTtl, EncodeDuration(*request.ttl), message);
  return absl::Cord(std::move(message));
}

absl::StatusOr<IncrementRequest> DecodeIncrementRequest(const absl::Cord& message) {
  WireReader reader(message);
  IncrementRequest request;
  WireDuration ttl;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      request.key = reader.String();
    } else if (reader.IsVarint(kDelta)) {
      request.delta = static_cast<int64_t>(reader.Varint());
    } else if (reader.IsBytes(kRequestTtl) && !ttl.Merge(reader.Message())) {
      return NoMessage("IncrementRequest");
    }
  }
  if (!reader.ok()) return NoMessage("IncrementRequest");
  if (absl::Status status = ttl.Get("ttl", request.ttl); !status.ok()) return status;
  return request;
}

absl::Cord EncodeIncrementResponse(const IncrementResponse& response) {
  std::string message;
  if (response.value != 0) AppendVarintField(kSum, static_cast<uint64_t>(response.value), message);
  if (response.ttl.has_value()) {
    AppendBytesField(kResponseTtl, EncodeDuration(*response.ttl), message);
  }
  return absl::Cord(std::move(message));
}

absl::StatusOr<IncrementResponse> DecodeIncrementResponse(const absl::Cord& message) {
  WireReader reader(message);
  IncrementResponse response;
  WireDuration ttl;
  while (reader.Next()) {
    if (reader.IsVarint(kSum)) {
      response.value = static_cast<int64_t>(reader.Varint());
    } else if (reader.IsBytes(kResponseTtl) && !ttl.Merge(reader.Message())) {
      return NoMessage("IncrementResponse");
    }
  }
  if (!reader.ok()) return NoMessage("IncrementResponse");
  if (absl::Status status = ttl.Get("ttl", response.ttl); !status.ok()) return status;
  return response;
}

}  // namespace cachestore::codec
