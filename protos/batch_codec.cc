// SPDX-License-Identifier: Apache-2.0
#include "protos/batch_codec.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protos/message_writer.h"
#include "protos/wire.h"

namespace cachestore::codec {
namespace {

// The field numbers of batch.proto.
constexpr uint32_t kItems = 1;  // Keys, entries or results.
constexpr uint32_t kItemValue = 1;
constexpr uint32_t kItemError = 2;
constexpr uint32_t kErrorCode = 1;
constexpr uint32_t kErrorMessage = 2;

absl::Status NoRoom() {
  return absl::ResourceExhaustedError("the reply is full (max_batch_bytes): get this key alone");
}

std::string EncodeError(const absl::Status& status) {
  std::string error;
  AppendVarintField(kErrorCode, static_cast<uint64_t>(status.code()), error);
  AppendBytesField(kErrorMessage,
                   absl::string_view(status.message().data(), status.message().size()), error);
  std::string item;
  AppendBytesField(kItemError, error, item);
  return item;
}

// An ItemError while its message is read.
class WireError {
 public:
  // Takes in the field; a message that comes twice is merged. False if the bytes are no message.
  bool Merge(WireReader message) {
    is_there_ = true;
    while (message.Next()) {
      if (message.IsVarint(kErrorCode)) code_ = static_cast<int32_t>(message.Varint());
      if (message.IsBytes(kErrorMessage)) text_ = message.String();
    }
    return message.ok();
  }

  // OK if there was none.
  absl::Status Get() const {
    if (!is_there_) return absl::OkStatus();
    // absl::Status maps what is not canonical to UNKNOWN, and so must 0 be.
    const auto code =
        code_ == 0 ? absl::StatusCode::kUnknown : static_cast<absl::StatusCode>(code_);
    return {absl::Status(code, text_).code(), text_};
  }

 private:
  bool is_there_ = false;
  int32_t code_ = 0;
  std::string text_;
};

// The size of a result that is a hit of so many bytes.
size_t HitSize(size_t value_bytes) {
  return BytesFieldSize(kItems, BytesFieldSize(kItemValue, value_bytes));
}

// Reads the message of one result: `take(reader)` sees its fields but the error.
template <typename Take>
absl::StatusOr<absl::Status> ReadItem(WireReader reader, absl::string_view message, Take take) {
  WireError error;
  while (reader.Next()) {
    if (reader.IsBytes(kItemError)) {
      if (!error.Merge(reader.Message())) return NoMessage(message);
    } else {
      take(reader);
    }
  }
  if (!reader.ok()) return NoMessage(message);
  return error.Get();
}

}  // namespace

size_t CountBatchItems(const absl::Cord& message) {
  WireReader reader(message);
  size_t items = 0;
  while (reader.Next()) items += reader.IsBytes(kItems) ? 1 : 0;
  return items;
}

absl::Cord EncodeBatchKeysRequest(absl::Span<const absl::string_view> keys) {
  std::string message;
  for (const absl::string_view key : keys) AppendBytesField(kItems, key, message);
  return absl::Cord(std::move(message));
}

size_t BatchKeySize(absl::string_view key) { return BytesFieldSize(kItems, key.size()); }

absl::StatusOr<std::vector<absl::string_view>> DecodeBatchKeysRequest(absl::Cord& message) {
  message.Flatten();
  WireReader reader(message);
  std::vector<absl::string_view> keys;
  while (reader.Next()) {
    if (reader.IsBytes(kItems)) keys.push_back(reader.View());
  }
  if (!reader.ok()) return NoMessage("request of a batch");
  return keys;
}

absl::Cord EncodeBatchSetRequest(absl::Span<const SetRequest> entries) {
  MessageWriter writer;
  for (const SetRequest& entry : entries) AddSetRequest(kItems, entry, writer);
  return writer.Take();
}

size_t BatchEntrySize(const SetRequest& entry) { return SetRequestFieldSize(kItems, entry); }

absl::StatusOr<std::vector<SetRequest>> DecodeBatchSetRequest(const absl::Cord& message) {
  WireReader reader(message);
  std::vector<SetRequest> entries;
  while (reader.Next()) {
    if (!reader.IsBytes(kItems)) continue;
    SetRequest entry;
    absl::Status refused;
    if (!ReadSetRequest(reader.Message(), entry, refused)) return NoMessage("BatchSetRequest");
    if (!refused.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("entries[", entries.size(), "].", refused.message()));
    }
    entries.push_back(std::move(entry));
  }
  if (!reader.ok()) return NoMessage("BatchSetRequest");
  return entries;
}

absl::Cord EncodeBatchGetResponse(const BatchGetResults& results, size_t max_bytes) {
  const std::string no_room = EncodeError(NoRoom());
  size_t hits = 0;
  size_t bytes_of_hits = 0;
  size_t other_bytes = 0;
  for (const auto& result : results) {
    if (!result.ok()) {
      other_bytes += BytesFieldSize(kItems, EncodeError(result.status()).size());
    } else if (!result->has_value()) {
      other_bytes += BytesFieldSize(kItems, 0);
    } else {
      ++hits;
      bytes_of_hits += HitSize((**result).size());
    }
  }
  size_t room = max_bytes - std::min(max_bytes, other_bytes);
  // If not all have room, each may be one that has not.
  if (bytes_of_hits > room) room -= std::min(room, hits * BytesFieldSize(kItems, no_room.size()));

  MessageWriter writer;
  writer.Reserve(std::min(bytes_of_hits + other_bytes, max_bytes));
  for (const auto& result : results) {
    if (!result.ok()) {
      writer.AddBytes(kItems, EncodeError(result.status()));
    } else if (!result->has_value()) {
      writer.AddHeader(kItems, 0);
    } else if (const size_t hit_bytes = HitSize((**result).size()); hit_bytes > room) {
      writer.AddBytes(kItems, no_room);
    } else {
      room -= hit_bytes;
      writer.AddHeader(kItems, BytesFieldSize(kItemValue, (**result).size()));
      writer.AddBytes(kItemValue, **result);
    }
  }
  return writer.Take();
}

absl::StatusOr<BatchGetResults> DecodeBatchGetResponse(const absl::Cord& message) {
  WireReader reader(message);
  BatchGetResults results;
  while (reader.Next()) {
    if (!reader.IsBytes(kItems)) continue;
    std::optional<absl::Cord> value;
    const absl::StatusOr<absl::Status> error =
        ReadItem(reader.Message(), "BatchGetResponse", [&value](WireReader& item) {
          if (item.IsBytes(kItemValue)) value = item.Bytes();
        });
    if (!error.ok()) return error.status();
    if (error->ok()) {
      results.emplace_back(std::move(value));
    } else {
      results.emplace_back(*error);
    }
  }
  if (!reader.ok()) return NoMessage("BatchGetResponse");
  return results;
}

absl::Cord EncodeBatchBoolResponse(const BatchBoolResults& results) {
  const size_t true_size = VarintFieldSize(kItemValue, 1);
  std::string message;
  message.reserve(results.size() * BytesFieldSize(kItems, true_size));
  for (const absl::StatusOr<bool>& result : results) {
    if (!result.ok()) {
      AppendBytesField(kItems, EncodeError(result.status()), message);
      continue;
    }
    AppendBytesHeader(kItems, *result ? true_size : 0, message);
    if (*result) AppendVarintField(kItemValue, 1, message);
  }
  return absl::Cord(std::move(message));
}

absl::StatusOr<BatchBoolResults> DecodeBatchBoolResponse(const absl::Cord& message) {
  WireReader reader(message);
  BatchBoolResults results;
  while (reader.Next()) {
    if (!reader.IsBytes(kItems)) continue;
    bool value = false;
    const absl::StatusOr<absl::Status> error =
        ReadItem(reader.Message(), "response of a batch", [&value](WireReader& item) {
          if (item.IsVarint(kItemValue)) value = item.Varint() != 0;
        });
    if (!error.ok()) return error.status();
    if (error->ok()) {
      results.emplace_back(value);
    } else {
      results.emplace_back(*error);
    }
  }
  if (!reader.ok()) return NoMessage("response of a batch");
  return results;
}

}  // namespace cachestore::codec
