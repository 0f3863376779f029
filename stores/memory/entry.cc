// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry.h"

#include <new>

namespace cachestore {

Entry::Entry(NewEntry&& entry)
    : expiry_nanos(entry.expiry_nanos),
      key_size_(SizeField(entry.key.size())),
      value_size_(SizeField(entry.value.size())) {
  static_assert(sizeof(Entry) == kHeaderBytes);
  static_assert(alignof(absl::Cord) <= alignof(Entry));
  char* end = bytes();
  if (has_long_key()) {
    new (cords()) absl::Cord(std::move(entry.long_key));
  } else {
    std::memcpy(end, entry.key.data(), entry.key.size());
    end += entry.key.size();
  }
  if (has_long_value()) {
    new (cords() + (has_long_key() ? 1 : 0)) absl::Cord(std::move(entry.value));
  } else {
    CopyBytes(entry.value, end);
  }
}

Entry::Entry(Entry&& from) noexcept
    : expiry_nanos(from.expiry_nanos),
      link(from.link),
      key_size_(from.key_size_),
      value_size_(from.value_size_) {
  for (size_t i = 0; i < cord_count(); ++i) {
    new (cords() + i) absl::Cord(std::move(from.cords()[i]));
    from.cords()[i].~Cord();
  }
  size_t short_bytes = has_long_key() ? 0 : key_size_;
  if (!has_long_value()) short_bytes += value_size_;
  std::memcpy(bytes(), from.bytes(), short_bytes);
}

NewEntry Entry::Again(absl::string_view key) const {
  NewEntry again;
  again.key = key;
  if (has_long_key()) again.long_key = cords()[0];
  again.value = value();
  again.expiry_nanos = expiry_nanos;
  return again;
}

}  // namespace cachestore
