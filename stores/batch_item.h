// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_BATCH_ITEM_H_
#define STORES_BATCH_ITEM_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// How the errors of a batch name its items: by the field that holds them and their number in it,
// from zero.
enum class BatchField { kKeys, kEntries };

// The INVALID_ARGUMENT of a single call as that of a batch: `key: is empty; ...` becomes
// `keys[3]: is empty; ...` or `entries[3].key: is empty; ...`.
absl::Status InvalidItem(BatchField field, size_t index, const absl::Status& status);

// INVALID_ARGUMENT for a batch of no item, and of more than `most`.
absl::Status CheckBatchSize(BatchField field, size_t size, size_t most);

// What a backend that was asked for each item by itself has to say of the batch: UNAVAILABLE or
// DEADLINE_EXCEEDED if that is what it said of every one; otherwise OK, and the items speak.
template <typename Result>
absl::Status StatusOfItems(const std::vector<absl::StatusOr<Result>>& results) {
  if (results.empty()) return absl::OkStatus();
  const absl::Status& first = results.front().status();
  if (!absl::IsUnavailable(first) && !absl::IsDeadlineExceeded(first)) return absl::OkStatus();
  for (const absl::StatusOr<Result>& result : results) {
    if (result.status().code() != first.code()) return absl::OkStatus();
  }
  return first;
}

}  // namespace cachestore

#endif  // STORES_BATCH_ITEM_H_
