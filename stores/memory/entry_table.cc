// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/entry_table.h"

#include <new>
#include <utility>

#include "stores/memory/prefetch.h"

namespace cachestore {

EntryTable::EntryTable(Caps caps)
    : caps_(caps),
      costs_(caps),
      cells_(costs_.unit_bytes(), costs_.max_chunks()),
      index_(costs_.MostEntries(1, 0)),
      order_(cells_, costs_.MostEntries(1, 0)) {}

EntryTable::~EntryTable() {
  Dropped dropped;
  cells_.ForEach([&](Entry& entry) {
    entry.ReleaseTo(dropped);
    dropped.clear();
  });
}

void EntryTable::PrefetchEntry(uint64_t hash) const {
  // The first candidate is nearly always the one: tags of 8 bits tell the others away.
  index_.Find(hash, [this](uint32_t ref) {
    Prefetch(&cells_[ref]);
    cells_[ref].PrefetchRest();
    return true;
  });
}

void EntryTable::Put(uint64_t hash, NewEntry&& entry, int64_t now_nanos, Dropped& dropped) {
  PrefetchIndex(hash);
  // Of a full table, the entry that expires first goes next: its place in the index comes
  // meanwhile.
  if (size() >= caps_.max_entries) PrefetchIndex(cells_[*order_.Earliest()].hash());
  if (const auto old = FindRef(hash, entry.key); old.has_value()) {
    if (cells_[*old].expiry_nanos <= now_nanos) ++drops_.expired;
    Drop(*old, dropped);
  }
  Add(hash, std::move(entry), order_.next_sequence(), now_nanos, dropped);
}

void EntryTable::PutValue(uint64_t hash, NewEntry&& entry, int64_t now_nanos, Dropped& dropped) {
  const uint32_t from = *FindRef(hash, entry.key);
  Entry& old = cells_[from];
  entry.expiry_nanos = old.expiry_nanos;
  const Entry::Link link = old.link;
  const size_t old_bytes = CostOf(old);
  const size_t new_bytes = costs_.Of(entry.key.size(), entry.value.size());
  if (bytes() - old_bytes + new_bytes > caps_.max_bytes) {
    Drop(from, dropped);
    Add(hash, std::move(entry), link.sequence, now_nanos, dropped);
    return;
  }
  const CellArena::Class cells = ClassOf(old);
  const CellArena::Class new_cells =
      cells_.ClassOf(Entry::CellBytes(entry.key.size(), entry.value.size()));
  entry_bytes_ += new_bytes - old_bytes;
  old.ReleaseTo(dropped);
  if (cells == new_cells) {
    (new (&old) Entry(std::move(entry)))->link = link;
    return;
  }
  const uint32_t to = cells_.Allocate(new_cells);
  (new (cells_.At(to)) Entry(std::move(entry)))->link = link;
  order_.Moved(to);
  index_.Rename(hash, from, to);
  hole_ = {from, cells};
  CloseHole();
}

void EntryTable::Touch(uint64_t hash, absl::string_view key, int64_t expiry_nanos,
                       int64_t now_nanos, Dropped& dropped) {
  const uint32_t ref = *FindRef(hash, key);
  Entry& entry = cells_[ref];
  if (bytes() + ExpiryOrder::kBytesPerRun > caps_.max_bytes &&
      order_.StartsRun(expiry_nanos, order_.next_sequence())) {
    // There is no room for that run.
    NewEntry again = entry.Again(key);
    again.expiry_nanos = expiry_nanos;
    Drop(ref, dropped);
    Add(hash, std::move(again), order_.next_sequence(), now_nanos, dropped);
    return;
  }
  order_.Remove(ref);
  entry.expiry_nanos = expiry_nanos;
  order_.Add(ref, order_.next_sequence());
}

bool EntryTable::Erase(uint64_t hash, absl::string_view key, int64_t now_nanos, Dropped& dropped) {
  const std::optional<uint32_t> ref = FindRef(hash, key);
  const bool was_live = ref.has_value() && cells_[*ref].expiry_nanos > now_nanos;
  if (ref.has_value()) {
    if (!was_live) ++drops_.expired;
    Drop(*ref, dropped);
    CloseHole();
  }
  DropExpired(now_nanos, kMaxExpiredPerWrite, dropped);
  return was_live;
}

void EntryTable::DropExpired(int64_t now_nanos, size_t limit, Dropped& dropped) {
  for (size_t i = 0; i < limit; ++i) {
    const std::optional<uint32_t> first = order_.Earliest();
    if (!first.has_value() || cells_[*first].expiry_nanos > now_nanos) return;
    ++drops_.expired;
    Drop(*first, dropped);
    CloseHole();
  }
}

void EntryTable::Add(uint64_t hash, NewEntry&& entry, uint32_t sequence, int64_t now_nanos,
                     Dropped& dropped) {
  MakeRoom(entry, sequence, now_nanos, dropped);
  entry_bytes_ += costs_.Of(entry.key.size(), entry.value.size());
  const CellArena::Class cells =
      cells_.ClassOf(Entry::CellBytes(entry.key.size(), entry.value.size()));
  const bool fills_hole = hole_.has_value() && hole_->cells == cells;
  const uint32_t ref = fills_hole ? hole_->ref : cells_.Allocate(cells);
  if (fills_hole) hole_.reset();
  new (cells_.At(ref)) Entry(std::move(entry));
  index_.Insert(hash, ref, HashOfRef());
  order_.Add(ref, sequence);
  CloseHole();
}

void EntryTable::MakeRoom(const NewEntry& entry, uint32_t sequence, int64_t now_nanos,
                          Dropped& dropped) {
  const size_t added_bytes = costs_.Of(entry.key.size(), entry.value.size());
  size_t expired = 0;
  while (const std::optional<uint32_t> victim = order_.Earliest()) {
    const size_t run_bytes =
        order_.StartsRun(entry.expiry_nanos, sequence) ? ExpiryOrder::kBytesPerRun : 0;
    const bool is_over_entries = size() >= caps_.max_entries;
    const bool is_full = is_over_entries || bytes() + added_bytes + run_bytes > caps_.max_bytes;
    const bool is_expired = cells_[*victim].expiry_nanos <= now_nanos;
    if (!is_full && !(is_expired && expired++ < kMaxExpiredPerWrite)) return;
    ++(is_expired        ? drops_.expired
       : is_over_entries ? drops_.for_max_entries
                         : drops_.for_max_bytes);
    CloseHole();  // Which may move the victim.
    Drop(*order_.Earliest(), dropped);
  }
}

void EntryTable::Drop(uint32_t ref, Dropped& dropped) {
  Entry& entry = cells_[ref];
  index_.Erase(entry.hash(), ref, HashOfRef());
  order_.Remove(ref);
  entry_bytes_ -= CostOf(entry);
  hole_ = {ref, ClassOf(entry)};
  entry.ReleaseTo(dropped);
}

void EntryTable::CloseHole() {
  if (!hole_.has_value()) return;
  if (const uint32_t last = cells_.Last(hole_->cells); last != hole_->ref) {
    index_.Rename(cells_[last].hash(), last, hole_->ref);
    new (cells_.At(hole_->ref)) Entry(std::move(cells_[last]));
    order_.Moved(hole_->ref);
  }
  cells_.FreeLast(hole_->cells);
  hole_.reset();
}

}  // namespace cachestore
