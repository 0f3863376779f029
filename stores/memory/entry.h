// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_ENTRY_H_
#define STORES_MEMORY_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/hash/hash.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "stores/memory/new_entry.h"
#include "stores/memory/prefetch.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// What is stored under one key, in the cell where it lies: this header, and behind it the bytes of
// key and value. A long one (see IsLong) has a Cord there instead, with one block of its own; Cords
// come first, since they want to be aligned:
//
//     expiry, links, sizes | key's Cord? | value's Cord? | key's bytes? | value's bytes?
//
// Readers get a copy of a short value, and share a long one. A short one that could be shared would
// need a block of its own, which is more than half as much memory again for 64 bytes, another cache
// miss for each Set and each Get, and a count that those who read the same value fight for.
//
// Plain data, without a destructor: whoever has the cell for something else calls ReleaseTo before.
class Entry {
 public:
  // A place in the order of expiry: see ExpiryOrder.
  struct Link {
    uint32_t before = 0;
    uint32_t after = 0;
    uint32_t sequence = 0;
  };

  static uint64_t HashOf(absl::string_view key) { return absl::HashOf(key); }

  // The bytes that an entry of these sizes takes of a cell; and the most that any takes.
  static constexpr size_t CellBytes(size_t key_bytes, size_t value_bytes) {
    return kHeaderBytes + BytesInPlace(key_bytes) + BytesInPlace(value_bytes);
  }
  static constexpr size_t MaxCellBytes() { return CellBytes(kMaxShortBytes, kMaxShortBytes); }

  // In a cell that is large enough. Takes what is long out of `entry`.
  explicit Entry(NewEntry&& entry);
  // `from` is no entry any more.
  Entry(Entry&& from) noexcept;
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  // Ends this entry. Its blocks, if it has any, go to `dropped`.
  template <typename Dropped>
  void ReleaseTo(Dropped& dropped) {
    for (size_t i = 0; i < cord_count(); ++i) {
      dropped.push_back(std::move(cords()[i]));
      cords()[i].~Cord();
    }
  }

  absl::string_view key() const {
    return ABSL_PREDICT_TRUE(key_size_ != kIsLong) ? absl::string_view(bytes(), key_size_)
                                                   : *cords()[0].TryFlat();
  }
  uint64_t hash() const { return HashOf(key()); }

  absl::Cord value() const {
    return ABSL_PREDICT_TRUE(value_size_ != kIsLong) ? absl::Cord(short_value()) : long_value();
  }
  // The same, made where it is wanted.
  void ReadValue(std::optional<absl::Cord>& value) const {
    if (ABSL_PREDICT_TRUE(value_size_ != kIsLong))
      value.emplace(short_value());
    else
      value.emplace(long_value());
  }
  size_t value_size() const { return value_size_ != kIsLong ? value_size_ : long_value().size(); }

  // What would store it again. `key` is its key, elsewhere.
  NewEntry Again(absl::string_view key) const;

  // Starts to fetch what comes behind the header's cache line, where key and value may lie.
  void PrefetchRest() const {
    Prefetch(reinterpret_cast<const char*>(this) + kCacheLineBytes);
    Prefetch(reinterpret_cast<const char*>(this) + 2 * kCacheLineBytes);
  }

  int64_t expiry_nanos;  // On the store's monotonic clock.
  Link link;

 private:
  static constexpr size_t kHeaderBytes = 24;
  static constexpr uint16_t kIsLong = 0xffff;

  static constexpr size_t BytesInPlace(size_t bytes) {
    return IsLong(bytes) ? sizeof(absl::Cord) : bytes;
  }
  static uint16_t SizeField(size_t bytes) {
    return IsLong(bytes) ? kIsLong : static_cast<uint16_t>(bytes);
  }

  bool has_long_key() const { return key_size_ == kIsLong; }
  bool has_long_value() const { return value_size_ == kIsLong; }
  size_t cord_count() const { return (has_long_key() ? 1 : 0) + (has_long_value() ? 1 : 0); }

  const absl::Cord* cords() const { return reinterpret_cast<const absl::Cord*>(this + 1); }
  absl::Cord* cords() { return reinterpret_cast<absl::Cord*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(cords() + cord_count()); }
  char* bytes() { return reinterpret_cast<char*>(cords() + cord_count()); }

  const absl::Cord& long_value() const { return cords()[has_long_key() ? 1 : 0]; }
  absl::string_view short_value() const {
    return {bytes() + (has_long_key() ? 0 : key_size_), value_size_};
  }

  uint16_t key_size_;
  uint16_t value_size_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_ENTRY_H_
