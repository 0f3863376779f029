// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/known_etags.h"

#include "stores/etag.h"
#include "stores/memory/new_entry.h"

namespace cachestore {

std::string KnownEtags::Of(const absl::Cord& value) {
  // Shorter ones are never in the same place twice; and cost little.
  const auto block = value.TryFlat();
  if (!block.has_value() || !IsLong(block->size())) return EtagOf(value);
  Known& known = by_place_[block->data()];
  if (known.value.size() != value.size()) known = {value, EtagOf(value)};
  return known.etag;
}

}  // namespace cachestore
