// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/hash_index.h"

namespace cachestore {

HashIndex::Slot HashIndex::SlotOf(uint32_t home, uint8_t tag, uint32_t id) {
  for (Bucket* bucket = &buckets_[home];; bucket = &overflow_[bucket->overflow - 1]) {
    for (uint32_t slots = SlotsWithTag(*bucket, tag); slots != 0; slots &= slots - 1) {
      const size_t place = std::countr_zero(slots);
      if (bucket->ids[place] == id) return {bucket, place};
    }
  }
}

void HashIndex::Append(uint32_t home, Entry entry) {
  Bucket* bucket = &buckets_[home];
  while (bucket->overflow != kNone) bucket = &overflow_[bucket->overflow - 1];
  uint32_t free = SlotsWithTag(*bucket, kEmpty);
  if (free == 0) {
    bucket->overflow = AllocateOverflow();
    bucket = &overflow_[bucket->overflow - 1];
    free = 1;
  }
  Put({bucket, static_cast<size_t>(std::countr_zero(free))}, entry);
}

HashIndex::Entry HashIndex::RemoveLast(uint32_t home) {
  Bucket* before = nullptr;
  Bucket* bucket = &buckets_[home];
  while (bucket->overflow != kNone) {
    before = bucket;
    bucket = &overflow_[bucket->overflow - 1];
  }
  const uint32_t free = SlotsWithTag(*bucket, kEmpty);
  const size_t place = (free == 0 ? kSlots : std::countr_zero(free)) - 1;
  const Entry last = {bucket->tags[place], bucket->ids[place]};
  bucket->tags[place] = kEmpty;
  if (place == 0 && before != nullptr) {
    FreeOverflow(before->overflow);
    before->overflow = kNone;
  }
  return last;
}

std::vector<HashIndex::Entry> HashIndex::TakeAll(uint32_t home) {
  std::vector<Entry> entries;
  entries.reserve(2 * kSlots);
  while (buckets_[home].tags[0] != kEmpty) entries.push_back(RemoveLast(home));
  return entries;
}

uint32_t HashIndex::AllocateOverflow() {
  if (free_overflow_ == kNone) {
    overflow_.PushBack() = Bucket();
    return overflow_.size();
  }
  const uint32_t number = free_overflow_;
  free_overflow_ = overflow_[number - 1].overflow;
  overflow_[number - 1].overflow = kNone;
  return number;
}

void HashIndex::FreeOverflow(uint32_t number) {
  overflow_[number - 1].overflow = free_overflow_;
  free_overflow_ = number;
}

}  // namespace cachestore
