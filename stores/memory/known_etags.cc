// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/known_etags.h"

#include <cstddef>

#include "stores/etag.h"

namespace cachestore {

std::string KnownEtags::Of(const absl::Cord& value) {
  // Smaller ones may lie in the Cord itself, which says nothing of their bytes; and cost little.
  constexpr size_t kLeastBytes = 256;
  const auto block = value.TryFlat();
  if (!block.has_value() || block->size() < kLeastBytes) return EtagOf(value);
  Known& known = by_place_[block->data()];
  if (known.value.size() != value.size()) known = {value, EtagOf(value)};
  return known.etag;
}

}  // namespace cachestore
