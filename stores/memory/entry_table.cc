// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_table.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "stores/memory/allocation.h"

namespace cachestore {
namespace {

// The most entries that either cap allows, and the one that is being written.
size_t MostEntries(EntryTable::Caps caps) {
  return std::min<size_t>(caps.max_entries, caps.max_bytes / EntryTable::EntryBytes(1, 0)) + 1;
}

}  // namespace

EntryTable::EntryTable(Caps caps)
    : caps_(caps),
      entries_(MostEntries(caps)),
      index_(MostEntries(caps)),
      order_(entries_, MostEntries(caps)) {}

size_t EntryTable::EntryBytes(size_t key_bytes, size_t value_bytes) {
  return sizeof(Entry) + HashIndex::kBytesPerEntry + ExpiryOrder::kBytesPerEntry +
         HeapBytes(key_bytes) + HeapBytes(value_bytes);
}

inline std::optional<uint32_t> EntryTable::FindId(uint64_t hash, absl::string_view key) const {
  return index_.Find(hash, [&](uint32_t id) {
    // A stored key is one block, except past the size of a Cord's blocks.
    const absl::Cord& stored = entries_[id].key;
    const auto flat = stored.TryFlat();
    return flat.has_value() ? *flat == key : stored == key;
  });
}

const Entry* EntryTable::Find(uint64_t hash, absl::string_view key) const {
  const std::optional<uint32_t> id = FindId(hash, key);
  return id.has_value() ? &entries_[*id] : nullptr;
}

void EntryTable::PrefetchEntry(uint64_t hash) const {
  // The first candidate is nearly always the one: tags of 8 bits tell the others away.
  index_.Find(hash, [this](uint32_t id) {
    __builtin_prefetch(&entries_[id]);
    return true;
  });
}

void EntryTable::Put(uint64_t hash, absl::string_view key, Entry entry, int64_t now_nanos,
                     Dropped& dropped) {
  if (const auto old = FindId(hash, key); old.has_value()) Drop(*old, dropped);
  Add(hash, std::move(entry), order_.next_sequence(), now_nanos, dropped);
}

void EntryTable::PutValue(uint64_t hash, absl::string_view key, absl::Cord value, int64_t now_nanos,
                          Dropped& dropped) {
  const uint32_t id = *FindId(hash, key);
  const size_t old_bytes = HeapBytes(entries_[id].value.size());
  if (const size_t bytes = HeapBytes(value.size()); bytes <= old_bytes) {
    entry_bytes_ -= old_bytes - bytes;
    dropped.push_back(std::exchange(entries_[id].value, std::move(value)));
    return;
  }
  const uint32_t sequence = order_.SequenceOf(id);
  Entry entry = {.key = entries_[id].key,
                 .value = std::move(value),
                 .expiry_nanos = entries_[id].expiry_nanos};
  Drop(id, dropped);
  Add(hash, std::move(entry), sequence, now_nanos, dropped);
}

void EntryTable::Add(uint64_t hash, Entry entry, uint32_t sequence, int64_t now_nanos,
                     Dropped& dropped) {
  const size_t added_bytes = EntryBytes(entry.key.size(), entry.value.size());
  size_t expired = 0;
  while (const std::optional<uint32_t> victim = order_.Earliest()) {
    const size_t run_bytes =
        order_.StartsRun(entry.expiry_nanos, sequence) ? ExpiryOrder::kBytesPerRun : 0;
    const bool is_full =
        index_.size() >= caps_.max_entries || bytes() + added_bytes + run_bytes > caps_.max_bytes;
    const bool is_expired = entries_[*victim].expiry_nanos <= now_nanos;
    if (!is_full && !(is_expired && expired++ < kMaxExpiredPerWrite)) break;
    Drop(*victim, dropped);
  }

  uint32_t id = entries_.size();
  if (holes_.empty()) {
    entries_.PushBack();
  } else {
    id = holes_.back();
    holes_.pop_back();
  }
  entries_[id] = std::move(entry);
  entry_bytes_ += added_bytes;
  index_.Insert(hash, id, [this](uint32_t other) { return HashOfId(other); });
  order_.Add(id, sequence);
  CloseHoles();
}

bool EntryTable::Erase(uint64_t hash, absl::string_view key, int64_t now_nanos, Dropped& dropped) {
  const std::optional<uint32_t> id = FindId(hash, key);
  const bool was_live = id.has_value() && entries_[*id].expiry_nanos > now_nanos;
  if (id.has_value()) Drop(*id, dropped);
  CloseHoles();
  DropExpired(now_nanos, kMaxExpiredPerWrite, dropped);
  return was_live;
}

void EntryTable::DropExpired(int64_t now_nanos, size_t limit, Dropped& dropped) {
  for (size_t i = 0; i < limit; ++i) {
    const std::optional<uint32_t> first = order_.Earliest();
    if (!first.has_value() || entries_[*first].expiry_nanos > now_nanos) break;
    Drop(*first, dropped);
  }
  CloseHoles();
}

uint64_t EntryTable::KeyHash(const absl::Cord& key) {
  const auto flat = key.TryFlat();
  return flat.has_value() ? HashOf(*flat) : HashOf(std::string(key));
}

void EntryTable::Drop(uint32_t id, Dropped& dropped) {
  Entry& entry = entries_[id];
  index_.Erase(KeyHash(entry.key), id, [this](uint32_t other) { return HashOfId(other); });
  order_.Remove(id);
  entry_bytes_ -= EntryBytes(entry.key.size(), entry.value.size());
  dropped.push_back(std::move(entry.value));
  if (HeapBytes(entry.key.size()) > 0) dropped.push_back(std::move(entry.key));
  entry = Entry();
  holes_.push_back(id);
}

void EntryTable::CloseHoles() {
  // From the highest, so that the last entry never is a hole itself.
  std::sort(holes_.begin(), holes_.end(), std::greater<>());
  for (const uint32_t hole : holes_) {
    const uint32_t last = entries_.size() - 1;
    if (hole != last) {
      index_.Rename(HashOfId(last), last, hole);
      entries_[hole] = std::move(entries_[last]);
    }
    order_.MoveLastTo(hole);
    entries_.PopBack();
  }
  holes_.clear();
}

}  // namespace cachestore
