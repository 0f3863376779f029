// SPDX-License-Identifier: Apache-2.0
#include "stores/batch_item.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cachestore {
namespace {

absl::string_view NameOf(BatchField field) {
  return field == BatchField::kKeys ? "keys" : "entries";
}

}  // namespace

absl::Status InvalidItem(BatchField field, size_t index, const absl::Status& status) {
  absl::string_view message = status.message();
  // A key is the item itself; an entry has fields.
  const bool is_key = field == BatchField::kKeys && absl::ConsumePrefix(&message, "key: ");
  return absl::InvalidArgumentError(
      absl::StrCat(NameOf(field), "[", index, "]", is_key ? ": " : ".", message));
}

absl::Status CheckBatchSize(BatchField field, size_t size, size_t most) {
  if (size == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(NameOf(field), ": is empty; give at least one of them"));
  }
  if (size <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(NameOf(field), ": has ", size,
                                                 " of them; the limit is ", most,
                                                 " (max_batch_keys): split the batch"));
}

}  // namespace cachestore
