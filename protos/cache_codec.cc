// SPDX-License-Identifier: Apache-2.0
#include "protos/cache_codec.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protos/wire_duration.h"

namespace cachestore::codec {
namespace {

// The field numbers of cache.proto.
constexpr uint32_t kKey = 1;

constexpr uint32_t kGetWantEtag = 2;
constexpr uint32_t kGetWantTtl = 3;
constexpr uint32_t kGetTouch = 4;
constexpr uint32_t kGotValue = 1;
constexpr uint32_t kGotEtag = 2;
constexpr uint32_t kGotTtl = 3;

constexpr uint32_t kSetValue = 2;
constexpr uint32_t kSetTtl = 3;
constexpr uint32_t kSetIfAbsent = 4;
constexpr uint32_t kSetIfPresent = 5;
constexpr uint32_t kSetIfEtag = 6;
constexpr uint32_t kSetKeepTtl = 7;

constexpr uint32_t kDeleteIfEtag = 2;

constexpr uint32_t kExistsWantTtl = 2;
constexpr uint32_t kExistsTouch = 3;

// The answer of SetResponse, DeleteResponse and ExistsResponse.
constexpr uint32_t kAnswer = 1;
constexpr uint32_t kExistsTtl = 2;

absl::Status RefusedCondition(absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat(
      field, ": is false; give true, or leave the condition out to store in any case"));
}

// The fields of a SetRequest that come after its value.
std::string EncodeAfterValue(const SetRequest& request) {
  std::string tail;
  if (request.ttl.has_value()) AppendBytesField(kSetTtl, EncodeDuration(*request.ttl), tail);
  if (std::holds_alternative<IfAbsent>(request.condition)) AppendVarintField(kSetIfAbsent, 1, tail);
  if (std::holds_alternative<IfPresent>(request.condition)) {
    AppendVarintField(kSetIfPresent, 1, tail);
  }
  if (const auto* const if_etag = std::get_if<IfEtag>(&request.condition)) {
    AppendBytesField(kSetIfEtag, if_etag->etag, tail);
  }
  if (request.keep_ttl) AppendVarintField(kSetKeepTtl, 1, tail);
  return tail;
}

void AddFields(const SetRequest& request, absl::string_view after_value, MessageWriter& writer) {
  writer.AddBytes(kKey, request.key);
  writer.AddBytes(kSetValue, request.value);
  writer.AddEncoded(after_value);
}

size_t SizeOf(const SetRequest& request, absl::string_view after_value) {
  return BytesFieldSize(kKey, request.key.size()) +
         BytesFieldSize(kSetValue, request.value.size()) + after_value.size();
}

}  // namespace

absl::Status NoMessage(absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("the bytes are no valid cachestore.v1 ", message, " message"));
}

absl::Cord EncodeGetRequest(const GetRequest& request) {
  std::string message;
  AppendBytesField(kKey, request.key, message);
  if (request.want_etag) AppendVarintField(kGetWantEtag, 1, message);
  if (request.want_ttl) AppendVarintField(kGetWantTtl, 1, message);
  if (request.touch.has_value()) {
    AppendBytesField(kGetTouch, EncodeDuration(*request.touch), message);
  }
  return absl::Cord(std::move(message));
}

absl::StatusOr<GetRequest> DecodeGetRequest(const absl::Cord& message) {
  WireReader reader(message);
  GetRequest request;
  WireDuration touch;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      request.key = reader.String();
    } else if (reader.IsVarint(kGetWantEtag)) {
      request.want_etag = reader.Varint() != 0;
    } else if (reader.IsVarint(kGetWantTtl)) {
      request.want_ttl = reader.Varint() != 0;
    } else if (reader.IsBytes(kGetTouch) && !touch.Merge(reader.Message())) {
      return NoMessage("GetRequest");
    }
  }
  if (!reader.ok()) return NoMessage("GetRequest");
  if (absl::Status status = touch.Get("touch", request.touch); !status.ok()) return status;
  return request;
}

absl::Cord EncodeGetResponse(const GetResponse& response) {
  MessageWriter writer;
  if (response.value.has_value()) writer.AddBytes(kGotValue, *response.value);
  if (!response.etag.empty()) writer.AddBytes(kGotEtag, response.etag);
  if (response.ttl.has_value()) writer.AddBytes(kGotTtl, EncodeDuration(*response.ttl));
  return writer.Take();
}

absl::StatusOr<GetResponse> DecodeGetResponse(const absl::Cord& message) {
  WireReader reader(message);
  GetResponse response;
  WireDuration ttl;
  while (reader.Next()) {
    if (reader.IsBytes(kGotValue)) {
      response.value = reader.Bytes();
    } else if (reader.IsBytes(kGotEtag)) {
      response.etag = reader.String();
    } else if (reader.IsBytes(kGotTtl) && !ttl.Merge(reader.Message())) {
      return NoMessage("GetResponse");
    }
  }
  if (!reader.ok()) return NoMessage("GetResponse");
  if (absl::Status status = ttl.Get("ttl", response.ttl); !status.ok()) return status;
  return response;
}

absl::StatusOr<std::optional<absl::Cord>> DecodeValue(const absl::Cord& message) {
  absl::StatusOr<GetResponse> response = DecodeGetResponse(message);
  if (!response.ok()) return response.status();
  return std::move(response->value);
}

absl::Cord EncodeSetRequest(const SetRequest& request) {
  MessageWriter writer;
  AddFields(request, EncodeAfterValue(request), writer);
  return writer.Take();
}

void AddSetRequest(uint32_t field, const SetRequest& request, MessageWriter& writer) {
  const std::string after_value = EncodeAfterValue(request);
  writer.AddHeader(field, SizeOf(request, after_value));
  AddFields(request, after_value, writer);
}

size_t SetRequestFieldSize(uint32_t field, const SetRequest& request) {
  return BytesFieldSize(field, SizeOf(request, EncodeAfterValue(request)));
}

absl::StatusOr<SetRequest> DecodeSetRequest(const absl::Cord& message) {
  SetRequest request;
  absl::Status refused;
  if (!ReadSetRequest(WireReader(message), request, refused)) return NoMessage("SetRequest");
  if (!refused.ok()) return refused;
  return request;
}

bool ReadSetRequest(WireReader reader, SetRequest& request, absl::Status& refused) {
  WireDuration ttl;
  absl::string_view refused_condition;
  // Of the conditions the last one counts, as in protobuf's oneof.
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      request.key = reader.String();
    } else if (reader.IsBytes(kSetValue)) {
      request.value = reader.Bytes();
    } else if (reader.IsVarint(kSetIfAbsent)) {
      request.condition = IfAbsent{};
      refused_condition = reader.Varint() != 0 ? "" : "if_absent";
    } else if (reader.IsVarint(kSetIfPresent)) {
      request.condition = IfPresent{};
      refused_condition = reader.Varint() != 0 ? "" : "if_present";
    } else if (reader.IsBytes(kSetIfEtag)) {
      request.condition = IfEtag{reader.String()};
      refused_condition = "";
    } else if (reader.IsVarint(kSetKeepTtl)) {
      request.keep_ttl = reader.Varint() != 0;
    } else if (reader.IsBytes(kSetTtl) && !ttl.Merge(reader.Message())) {
      return false;
    }
  }
  if (!reader.ok()) return false;
  refused =
      refused_condition.empty() ? ttl.Get("ttl", request.ttl) : RefusedCondition(refused_condition);
  return true;
}

absl::Cord EncodeDeleteRequest(const DeleteRequest& request) {
  std::string message;
  AppendBytesField(kKey, request.key, message);
  if (request.if_etag.has_value()) AppendBytesField(kDeleteIfEtag, *request.if_etag, message);
  return absl::Cord(std::move(message));
}

absl::StatusOr<DeleteRequest> DecodeDeleteRequest(const absl::Cord& message) {
  WireReader reader(message);
  DeleteRequest request;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      request.key = reader.String();
    } else if (reader.IsBytes(kDeleteIfEtag)) {
      request.if_etag = reader.String();
    }
  }
  if (!reader.ok()) return NoMessage("DeleteRequest");
  return request;
}

absl::Cord EncodeExistsRequest(const ExistsRequest& request) {
  std::string message;
  AppendBytesField(kKey, request.key, message);
  if (request.want_ttl) AppendVarintField(kExistsWantTtl, 1, message);
  if (request.touch.has_value()) {
    AppendBytesField(kExistsTouch, EncodeDuration(*request.touch), message);
  }
  return absl::Cord(std::move(message));
}

absl::StatusOr<ExistsRequest> DecodeExistsRequest(const absl::Cord& message) {
  WireReader reader(message);
  ExistsRequest request;
  WireDuration touch;
  while (reader.Next()) {
    if (reader.IsBytes(kKey)) {
      request.key = reader.String();
    } else if (reader.IsVarint(kExistsWantTtl)) {
      request.want_ttl = reader.Varint() != 0;
    } else if (reader.IsBytes(kExistsTouch) && !touch.Merge(reader.Message())) {
      return NoMessage("ExistsRequest");
    }
  }
  if (!reader.ok()) return NoMessage("ExistsRequest");
  if (absl::Status status = touch.Get("touch", request.touch); !status.ok()) return status;
  return request;
}

absl::Cord EncodeExistsResponse(const ExistsResponse& response) {
  std::string message;
  if (response.exists) AppendVarintField(kAnswer, 1, message);
  if (response.ttl.has_value()) {
    AppendBytesField(kExistsTtl, EncodeDuration(*response.ttl), message);
  }
  return absl::Cord(std::move(message));
}

absl::StatusOr<ExistsResponse> DecodeExistsResponse(const absl::Cord& message) {
  WireReader reader(message);
  ExistsResponse response;
  WireDuration ttl;
  while (reader.Next()) {
    if (reader.IsVarint(kAnswer)) {
      response.exists = reader.Varint() != 0;
    } else if (reader.IsBytes(kExistsTtl) && !ttl.Merge(reader.Message())) {
      return NoMessage("ExistsResponse");
    }
  }
  if (!reader.ok()) return NoMessage("ExistsResponse");
  if (absl::Status status = ttl.Get("ttl", response.ttl); !status.ok()) return status;
  return response;
}

absl::Cord EncodeBoolResponse(bool value) {
  std::string message;
  if (value) AppendVarintField(kAnswer, 1, message);
  return absl::Cord(message);
}

absl::StatusOr<bool> DecodeBoolResponse(const absl::Cord& message) {
  WireReader reader(message);
  bool value = false;
  while (reader.Next()) {
    if (reader.IsVarint(kAnswer)) value = reader.Varint() != 0;
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
