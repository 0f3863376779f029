// SPDX-License-Identifier: Apache-2.0
#include "protos/cache_codec.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protos/wire.h"

namespace cachestore::codec {
namespace {

// The field numbers of cache.proto and of google.protobuf.Duration.
constexpr uint32_t kKey = 1;
constexpr uint32_t kValue = 2;
constexpr uint32_t kTtl = 3;
constexpr uint32_t kResponseValue = 1;
constexpr uint32_t kSeconds = 1;
constexpr uint32_t kNanos = 2;

// What google.protobuf.Duration allows: about 10,000 years.
constexpr int64_t kMaxSeconds = 315'576'000'000;
constexpr int64_t kMaxNanos = 999'999'999;

absl::Status NoMessage(absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("the bytes are no valid cachestore.v1 ", message, " message"));
}

struct WireDuration {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// Merges, as protobuf does where a submessage comes twice.
bool MergeDuration(const absl::Cord& message, WireDuration& duration) {
  WireReader reader(message);
  while (reader.Next()) {
    if (reader.IsVarint(kSeconds)) duration.seconds = static_cast<int64_t>(reader.Varint());
    if (reader.IsVarint(kNanos)) duration.nanos = static_cast<int32_t>(reader.Varint());
  }
  return reader.ok();
}

absl::StatusOr<absl::Duration> ToDuration(WireDuration wire) {
  const bool in_range = wire.seconds >= -kMaxSeconds && wire.seconds <= kMaxSeconds &&
                        wire.nanos >= -kMaxNanos && wire.nanos <= kMaxNanos;
  const bool one_sign =
      (wire.seconds >= 0 && wire.nanos >= 0) || (wire.seconds <= 0 && wire.nanos <= 0);
  if (!in_range || !one_sign) {
    return absl::InvalidArgumentError(absl::StrCat(
        "ttl: ", wire.seconds, " s and ", wire.nanos,
        " ns are no valid google.protobuf.Duration; give both one sign, nanos below a second and "
        "seconds of at most 10,000 years"));
  }
  return absl::Seconds(wire.seconds) + absl::Nanoseconds(wire.nanos);
}

std::string EncodeDuration(absl::Duration duration) {
  const absl::Duration most = absl::Seconds(kMaxSeconds);
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(
      std::clamp(absl::Ceil(duration, absl::Nanoseconds(1)), -most, most), absl::Seconds(1), &rest);
  const int64_t nanos = absl::ToInt64Nanoseconds(rest);
  std::string message;
  if (seconds != 0) AppendVarintField(kSeconds, static_cast<uint64_t>(seconds), message);
  if (nanos != 0) AppendVarintField(kNanos, static_cast<uint64_t>(nanos), message);
  return message;
}

}  // namespace

absl::Cord EncodeKeyRequest(absl::string_view key) {
  std::string message;
  AppendBytesField(kKey, key, message);
  return absl::Cord(std::move(message));
}

absl::StatusOr<std::string> DecodeKeyRequest(const absl::Cord& message) {
  WireReader reader(message);
  absl::Cord key;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) key = reader.Bytes();
  }
  if (!reader.ok()) return NoMessage("request");
  return std::string(key);
}

absl::Cord EncodeSetRequest(absl::string_view key, const absl::Cord& value,
                            std::optional<absl::Duration> ttl) {
  std::string head;
  AppendBytesField(kKey, key, head);
  if (ttl.has_value()) AppendBytesField(kTtl, EncodeDuration(*ttl), head);
  AppendBytesHeader(kValue, value.size(), head);
  absl::Cord message(std::move(head));
  message.Append(value);
  return message;
}

absl::StatusOr<SetRequest> DecodeSetRequest(const absl::Cord& message) {
  WireReader reader(message);
  SetRequest request;
  absl::Cord key;
  std::optional<WireDuration> ttl;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      key = reader.Bytes();
    } else if (reader.IsBytes(kValue)) {
      request.value = reader.Bytes();
    } else if (reader.IsBytes(kTtl)) {
      if (!ttl.has_value()) ttl.emplace();
      if (!MergeDuration(reader.Bytes(), *ttl)) return NoMessage("SetRequest");
    }
  }
  if (!reader.ok()) return NoMessage("SetRequest");
  request.key = std::string(key);
  if (ttl.has_value()) {
    absl::StatusOr<absl::Duration> duration = ToDuration(*ttl);
    if (!duration.ok()) return duration.status();
    request.ttl = *duration;
  }
  return request;
}

absl::Cord EncodeGetResponse(const std::optional<absl::Cord>& value) {
  if (!value.has_value()) return absl::Cord();
  std::string head;
  AppendBytesHeader(kResponseValue, value->size(), head);
  absl::Cord message(head);
  message.Append(*value);
  return message;
}

absl::StatusOr<std::optional<absl::Cord>> DecodeGetResponse(const absl::Cord& message) {
  WireReader reader(message);
  std::optional<absl::Cord> value;
  while (reader.Next()) {
    if (reader.IsBytes(kResponseValue)) value = reader.Bytes();
  }
  if (!reader.ok()) return NoMessage("GetResponse");
  return value;
}

absl::Cord EncodeBoolResponse(bool value) {
  std::string message;
  if (value) AppendVarintField(kResponseValue, 1, message);
  return absl::Cord(message);
}

absl::StatusOr<bool> DecodeBoolResponse(const absl::Cord& message) {
  WireReader reader(message);
  bool value = false;
  while (reader.Next()) {
    if (reader.IsVarint(kResponseValue)) value = reader.Varint() != 0;
  }
  if (!reader.ok()) return NoMessage("response");
  return value;
}

absl::Status DecodeEmpty(const absl::Cord& message) {
  WireReader reader(message);
  while (reader.Next()) {
  }
  return reader.ok() ? absl::OkStatus() : NoMessage("request or response");
}

}  // namespace cachestore::codec
