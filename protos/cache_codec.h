// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_CACHE_CODEC_H_
#define PROTOS_CACHE_CODEC_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The messages of cache.proto, between wire bytes and C++ values: for both ends, and for every
// transport. Byte for byte what protobuf's generated code reads and writes, except that large
// values are shared with the message and never copied.
//
// Decoding fails with INVALID_ARGUMENT, which names the message or the field.

namespace cachestore::codec {

// Get, Delete and Exists ask alike.
absl::Cord EncodeKeyRequest(absl::string_view key);
absl::StatusOr<std::string> DecodeKeyRequest(const absl::Cord& message);

struct SetRequest {
  std::string key;
  absl::Cord value;
  std::optional<absl::Duration> ttl;
};
// A `ttl` beyond what the message can hold, 10,000 years, is written as that: no server accepts it.
absl::Cord EncodeSetRequest(absl::string_view key, const absl::Cord& value,
                            std::optional<absl::Duration> ttl);
absl::StatusOr<SetRequest> DecodeSetRequest(const absl::Cord& message);

absl::Cord EncodeGetResponse(const std::optional<absl::Cord>& value);
absl::StatusOr<std::optional<absl::Cord>> DecodeGetResponse(const absl::Cord& message);

// Delete and Exists answer alike.
absl::Cord EncodeBoolResponse(bool value);
absl::StatusOr<bool> DecodeBoolResponse(const absl::Cord& message);

// Clear, Ping and Close ask, and they and Set answer, with a message without fields.
absl::Status DecodeEmpty(const absl::Cord& message);

}  // namespace cachestore::codec

#endif  // PROTOS_CACHE_CODEC_H_
