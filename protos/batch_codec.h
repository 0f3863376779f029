// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_BATCH_CODEC_H_
#define PROTOS_BATCH_CODEC_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/cache_codec.h"

// The messages of batch.proto, as cache_codec.h has those of cache.proto.

namespace cachestore::codec {

// How many keys, entries or results a message has: at small cost, and without memory for them.
size_t CountBatchItems(const absl::Cord& message);

// BatchGet, BatchDelete and BatchExists ask alike.
absl::Cord EncodeBatchKeysRequest(absl::Span<const absl::string_view> keys);
// What a key adds to the size of the message.
size_t BatchKeySize(absl::string_view key);
// The keys lie in `message`, which must outlive them, and which this puts into one block.
absl::StatusOr<std::vector<absl::string_view>> DecodeBatchKeysRequest(absl::Cord& message);

absl::Cord EncodeBatchSetRequest(absl::Span<const SetRequest> entries);
size_t BatchEntrySize(const SetRequest& entry);
// An error of an entry names it.
absl::StatusOr<std::vector<SetRequest>> DecodeBatchSetRequest(const absl::Cord& message);

// Values for which the message would grow beyond `max_bytes` are left out: they end
// RESOURCE_EXHAUSTED.
using BatchGetResults = std::vector<absl::StatusOr<std::optional<absl::Cord>>>;
absl::Cord EncodeBatchGetResponse(const BatchGetResults& results, size_t max_bytes);
absl::StatusOr<BatchGetResults> DecodeBatchGetResponse(const absl::Cord& message);

// BatchSet, BatchDelete and BatchExists answer alike.
using BatchBoolResults = std::vector<absl::StatusOr<bool>>;
absl::Cord EncodeBatchBoolResponse(const BatchBoolResults& results);
absl::StatusOr<BatchBoolResults> DecodeBatchBoolResponse(const absl::Cord& message);

}  // namespace cachestore::codec

#endif  // PROTOS_BATCH_CODEC_H_
