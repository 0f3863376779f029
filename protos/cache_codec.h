// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_CACHE_CODEC_H_
#define PROTOS_CACHE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protos/message_writer.h"
#include "protos/wire.h"

// The messages of cache.proto, between wire bytes and C++ values: for both ends, and for every
// transport. What protobuf's generated code reads and writes, except that large values are shared
// with the message and never copied.
//
// Decoding fails with INVALID_ARGUMENT, which names the message or the field. A Duration beyond
// what its message can hold, 10,000 years, is written as that: no server accepts it.

namespace cachestore::codec {

// For the codecs of this folder.
absl::Status NoMessage(absl::string_view message);

struct GetRequest {
  std::string key;
  bool want_etag = false;
  bool want_ttl = false;
  std::optional<absl::Duration> touch = {};
};
absl::Cord EncodeGetRequest(const GetRequest& request);
absl::StatusOr<GetRequest> DecodeGetRequest(const absl::Cord& message);

struct GetResponse {
  std::optional<absl::Cord> value = {};
  std::string etag = {};
  std::optional<absl::Duration> ttl = {};
};
absl::Cord EncodeGetResponse(const GetResponse& response);
absl::StatusOr<GetResponse> DecodeGetResponse(const absl::Cord& message);
// The value alone, where nothing else was asked for.
absl::StatusOr<std::optional<absl::Cord>> DecodeValue(const absl::Cord& message);

struct IfAbsent {};
struct IfPresent {};
struct IfEtag {
  std::string etag;
};

struct SetRequest {
  std::string key;
  absl::Cord value = {};
  std::optional<absl::Duration> ttl = {};
  std::variant<std::monostate, IfAbsent, IfPresent, IfEtag> condition = {};
  bool keep_ttl = false;
};
absl::Cord EncodeSetRequest(const SetRequest& request);
absl::StatusOr<SetRequest> DecodeSetRequest(const absl::Cord& message);

// The same where the message is a field of another one.
void AddSetRequest(uint32_t field, const SetRequest& request, MessageWriter& writer);
size_t SetRequestFieldSize(uint32_t field, const SetRequest& request);
// False if it is none; `refused` is the error of a field.
bool ReadSetRequest(WireReader reader, SetRequest& request, absl::Status& refused);

struct DeleteRequest {
  std::string key;
  std::optional<std::string> if_etag = {};
};
absl::Cord EncodeDeleteRequest(const DeleteRequest& request);
absl::StatusOr<DeleteRequest> DecodeDeleteRequest(const absl::Cord& message);

struct ExistsRequest {
  std::string key;
  bool want_ttl = false;
  std::optional<absl::Duration> touch = {};
};
absl::Cord EncodeExistsRequest(const ExistsRequest& request);
absl::StatusOr<ExistsRequest> DecodeExistsRequest(const absl::Cord& message);

struct ExistsResponse {
  bool exists = false;
  std::optional<absl::Duration> ttl = {};
};
absl::Cord EncodeExistsResponse(const ExistsResponse& response);
absl::StatusOr<ExistsResponse> DecodeExistsResponse(const absl::Cord& message);

// Set and Delete answer alike.
absl::Cord EncodeBoolResponse(bool value);
absl::StatusOr<bool> DecodeBoolResponse(const absl::Cord& message);

// Clear, Ping and Close ask and answer with a message without fields.
absl::Status DecodeEmpty(const absl::Cord& message);

}  // namespace cachestore::codec

#endif  // PROTOS_CACHE_CODEC_H_
