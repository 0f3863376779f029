// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_SHARED_TABLE_H_
#define STORES_MEMORY_SHARED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "stores/cache_options.h"
#include "stores/memory/entry.h"
#include "stores/memory/entry_costs.h"
#include "stores/memory/entry_table.h"
#include "stores/memory/known_etags.h"
#include "stores/memory/look_ahead.h"
#include "stores/memory/new_entry.h"
#include "stores/memory/striped_shared_mutex.h"
#include "stores/monotonic_clock.h"
#include "stores/store_stats.h"

namespace cachestore {

// An EntryTable that threads share, with a lock and a clock: each operation is one atomic step,
// batches included. Takes arguments that have been checked. Long keys and values are copied
// before the lock is taken, and freed after it is released. Thread-safe.
class SharedTable {
 public:
  // `clock` must outlive this.
  SharedTable(EntryTable::Caps caps, const MonotonicClock& clock);

  // What `read` makes of the live entry under `key`, or of null if there is none; under the lock.
  template <typename Read>
  auto Find(absl::string_view key, Read read) const {
    const uint64_t hash = EntryTable::HashOf(key);
    const ReaderLock lock(mutex_);
    return read(FindRecent(hash, key));
  }

  // The same for each key, which `read` is also given the number of.
  template <typename Read>
  void FindAll(absl::Span<const absl::string_view> keys, Read read) const {
    const std::vector<uint64_t> hashes = HashesOf(keys);
    const ReaderLock lock(mutex_);
    const int64_t now = clock_.RecentNanos();
    LookAhead look_ahead(*table_, hashes);
    for (size_t i = 0; i < keys.size(); ++i) {
      look_ahead.ComeTo(i);
      read(i, FindLive(hashes[i], keys[i], now));
    }
  }

  // A live entry with what remains of its TTL, after a touch.
  struct Reading {
    absl::Cord value;
    absl::Duration ttl;
  };
  // `touch_millis` is the new TTL; 0 leaves it as it is.
  std::optional<Reading> Read(absl::string_view key, int64_t touch_millis);

  // RESOURCE_EXHAUSTED, here and below, if the entry alone is larger than the store.
  absl::Status Set(absl::string_view key, absl::Cord value, int64_t ttl_millis);

  // A Set with options: its TTL is for an entry that it creates, or whose TTL it does not keep.
  struct Write {
    absl::string_view key;
    absl::Cord value;
    int64_t ttl_millis;
    bool keep_ttl;
    SetCondition condition;
  };
  // True if the condition was met.
  absl::StatusOr<bool> SetWith(Write write);
  // Each as SetWith, in their order.
  BatchBoolResults SetAll(std::vector<Write> writes);

  // True if a live entry was there; of the second, one with this etag.
  bool Delete(absl::string_view key);
  bool DeleteIf(absl::string_view key, absl::string_view etag);
  BatchBoolResults DeleteAll(absl::Span<const absl::string_view> keys);

  // As CacheStore's.
  absl::StatusOr<IncrementResult> Increment(absl::string_view key, int64_t delta,
                                            int64_t ttl_millis);

  // Drops at most `limit` entries that have expired.
  void DropExpired(size_t limit);

  // Takes all entries away, for the caller to free; later operations find `next`, which must not be
  // null while any come.
  std::unique_ptr<EntryTable> Exchange(std::unique_ptr<EntryTable> next);

  // What is held now: nothing without a table. What was dropped, from all tables.
  MemoryStats GetStats() const;

  EntryTable::Caps caps() const { return caps_; }

 private:
  // A Write with all that can be made before the lock is taken.
  struct Prepared {
    uint64_t hash = 0;
    NewEntry entry;  // With the TTL in place of the expiry.
    bool keep_ttl = false;
    SetCondition condition;
  };

  static std::vector<uint64_t> HashesOf(absl::Span<const absl::string_view> keys);

  // Reads the clock last, so that the processor need not wait for the entry to begin with what
  // follows.
  const Entry* FindRecent(uint64_t hash, absl::string_view key) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    const Entry* const entry = table_->Find(hash, key);
    return entry != nullptr && entry->expiry_nanos > clock_.RecentNanos() ? entry : nullptr;
  }
  const Entry* FindLive(uint64_t hash, absl::string_view key, int64_t now_nanos) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  // Makes the etag of a long value under `key`, so that it is known when the lock is held.
  void LearnEtag(absl::string_view key, KnownEtags& etags) const;
  static bool IsMet(const SetCondition& condition, const Entry* live, KnownEtags& etags);

  Prepared Prepare(Write write, KnownEtags& etags) const;
  // Takes out of `write` what it stores; the rest is freed with it, after the lock is released.
  bool Apply(Prepared& write, KnownEtags& etags, int64_t now_nanos, EntryTable::Dropped& dropped)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckFits(size_t key_bytes, size_t value_bytes) const;

  mutable StripedSharedMutex mutex_;
  // Null once the store is closed, when no operation is left to look.
  std::unique_ptr<EntryTable> table_ ABSL_GUARDED_BY(mutex_);
  EntryTable::Drops earlier_drops_ ABSL_GUARDED_BY(mutex_);  // Of the tables before that.
  const EntryTable::Caps caps_;
  const EntryCosts costs_;
  const MonotonicClock& clock_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_SHARED_TABLE_H_
