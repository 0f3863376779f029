// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_HASH_INDEX_H_
#define STORES_MEMORY_HASH_INDEX_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "absl/base/attributes.h"
#include "stores/memory/prefetch.h"
#include "stores/memory/reserved_array.h"
#include "stores/thread_stripe.h"

namespace cachestore {

// Finds entries by the hash of their key. Holds 32-bit entry ids only: the keys stay with the
// entries, and the caller compares them. Not thread-safe.
//
// Linear hashing (Litwin, "Linear Hashing", VLDB 1980): the table grows by one bucket at a time,
// each time splitting one old bucket in two, and shrinks the same way. So no operation ever
// rehashes the table, and its memory follows the number of entries. A bucket is one cache line: an
// 8-bit tag and an id for each of 12 entries, and the number of an overflow bucket for the rare
// thirteenth. Erasing fills the hole with the bucket's last entry, so there are no tombstones.
//
// All operations are O(1) expected.
class HashIndex {
 public:
  explicit HashIndex(size_t max_entries)
      : buckets_(max_entries / kEntriesPerBucket + kMinBuckets),
        overflow_(max_entries / kSlots + 1) {
    for (uint32_t i = 0; i < kMinBuckets; ++i) AddBucket();
  }

  size_t size() const { return size_; }

  // Starts to fetch the bucket where a Find of `hash` begins.
  void Prefetch(uint64_t hash) const { cachestore::Prefetch(&buckets_[Home(hash)]); }

  // The id under `hash` for which `matches(id)`, if any.
  template <typename Matches>
  ABSL_ATTRIBUTE_ALWAYS_INLINE std::optional<uint32_t> Find(uint64_t hash, Matches matches) const {
    const uint8_t tag = Tag(hash);
    for (const Bucket* bucket = &buckets_[Home(hash)];; bucket = &overflow_[bucket->overflow - 1]) {
      for (uint32_t slots = SlotsWithTag(*bucket, tag); slots != 0; slots &= slots - 1) {
        const uint32_t id = bucket->ids[std::countr_zero(slots)];
        if (matches(id)) return id;
      }
      if (bucket->overflow == kNone) return std::nullopt;
    }
  }

  // Adds `id`, which is not there. `hash_of(id)` gives the hash of any entry that is there.
  template <typename HashOf>
  void Insert(uint64_t hash, uint32_t id, HashOf hash_of) {
    Append(Home(hash), {Tag(hash), id});
    if (++size_ > buckets_.size() * kEntriesPerBucket) Split(hash_of);
  }

  // Removes `id`, which is there under `hash`.
  template <typename HashOf>
  void Erase(uint64_t hash, uint32_t id, HashOf hash_of) {
    const uint32_t home = Home(hash);
    const Slot hole = SlotOf(home, Tag(hash), id);
    const Entry last = RemoveLast(home);
    if (last.id != id) Put(hole, last);
    --size_;
    const uint32_t fewer = buckets_.size() - 1;
    if (fewer >= kMinBuckets && size_ < fewer * kEntriesPerBucketAfterMerge) MergeLast(hash_of);
  }

  // Makes what is found under `hash` as `from` be found as `to`.
  void Rename(uint64_t hash, uint32_t from, uint32_t to) {
    const uint8_t tag = Tag(hash);
    Put(SlotOf(Home(hash), tag, from), {tag, to});
  }

  // Memory per entry, on average over the table's sizes.
  static constexpr size_t kBytesPerEntry = 9;

 private:
  static constexpr uint32_t kNone = 0;
  static constexpr uint8_t kEmpty = 0;
  static constexpr uint32_t kMinBuckets = 2;
  static constexpr size_t kSlots = 12;

  // Buckets are two thirds full on average: those that this round has split half as full as those
  // it has not, of which some overflow. (Five sixths would take a byte less an entry, and every
  // third Set another cache miss.) Shrinking waits until they are a little emptier, so that a size
  // that swings around one number does not split and merge at each step.
  static constexpr size_t kEntriesPerBucket = 8;
  static constexpr size_t kEntriesPerBucketAfterMerge = 7;

  struct alignas(kCacheLineBytes) Bucket {
    std::array<uint8_t, kSlots> tags = {};  // The entries' slots come first; the rest are kEmpty.
    std::array<uint32_t, kSlots> ids = {};
    uint32_t overflow = kNone;  // One more than the place in overflow_.
  };
  static_assert(sizeof(Bucket) == kCacheLineBytes);

  struct Entry {
    uint8_t tag;
    uint32_t id;
  };
  struct Slot {
    Bucket* bucket;
    size_t place;
  };

  // The bucket takes the hash's low bits, the tag its high ones. Never kEmpty.
  static uint8_t Tag(uint64_t hash) {
    const uint8_t tag = static_cast<uint8_t>(hash >> 56);
    return tag == kEmpty ? 1 : tag;
  }

  // The low bits that number the buckets, one bit fewer for those that are not split yet.
  uint32_t Home(uint64_t hash) const {
    const uint32_t bucket = static_cast<uint32_t>(hash) & mask_;
    return bucket < buckets_.size() ? bucket : bucket & (mask_ >> 1);
  }

  // A bit for each slot with `tag`.
  static uint32_t SlotsWithTag(const Bucket& bucket, uint8_t tag) {
#ifdef __SSE2__
    // Reads the 12 tags and 4 bytes of the first id, and forgets about those.
    const __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i*>(&bucket));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(tags, _mm_set1_epi8(static_cast<char>(tag)))) &
           ((1 << kSlots) - 1);
#else
    uint32_t slots = 0;
    for (size_t i = 0; i < kSlots; ++i) slots |= uint32_t{bucket.tags[i] == tag} << i;
    return slots;
#endif
  }

  static void Put(Slot slot, Entry entry) {
    slot.bucket->tags[slot.place] = entry.tag;
    slot.bucket->ids[slot.place] = entry.id;
  }

  Slot SlotOf(uint32_t home, uint8_t tag, uint32_t id);
  void Append(uint32_t home, Entry entry);
  Entry RemoveLast(uint32_t home);
  std::vector<Entry> TakeAll(uint32_t home);
  uint32_t AllocateOverflow();
  void FreeOverflow(uint32_t number);

  // Splits the oldest unsplit bucket of this round: half of its entries move to a new last bucket.
  template <typename HashOf>
  void Split(HashOf hash_of) {
    const uint32_t added = buckets_.size();
    const uint32_t split = added & (MaskFor(added + 1) >> 1);
    const std::vector<Entry> entries = TakeAll(split);
    AddBucket();
    for (Entry entry : entries) Append(Home(hash_of(entry.id)), entry);
  }

  // The reverse: the last bucket's entries go back to the one it was split from.
  template <typename HashOf>
  void MergeLast(HashOf hash_of) {
    const std::vector<Entry> entries = TakeAll(buckets_.size() - 1);
    buckets_.PopBack();
    mask_ = MaskFor(buckets_.size());
    for (Entry entry : entries) Append(Home(hash_of(entry.id)), entry);
  }

  static uint32_t MaskFor(uint32_t buckets) { return std::bit_ceil(buckets) - 1; }
  void AddBucket() {
    buckets_.PushBack();
    mask_ = MaskFor(buckets_.size());
  }

  ReservedArray<Bucket> buckets_;
  ReservedArray<Bucket> overflow_;
  uint32_t free_overflow_ = kNone;  // Linked through Bucket::overflow.
  size_t size_ = 0;
  uint32_t mask_ = 0;  // MaskFor(buckets_.size()).
};

}  // namespace cachestore

#endif  // STORES_MEMORY_HASH_INDEX_H_
