// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/shared_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "stores/counter.h"
#include "stores/memory/expiry_order.h"

namespace cachestore {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

absl::Duration RemainingTtl(int64_t expiry_nanos, int64_t now_nanos) {
  return absl::Milliseconds((expiry_nanos - now_nanos + kNanosPerMilli - 1) / kNanosPerMilli);
}

EntryTable::Drops Sum(const EntryTable::Drops& one, const EntryTable::Drops& other) {
  return {.expired = one.expired + other.expired,
          .for_max_entries = one.for_max_entries + other.for_max_entries,
          .for_max_bytes = one.for_max_bytes + other.for_max_bytes};
}

}  // namespace

SharedTable::SharedTable(EntryTable::Caps caps, const MonotonicClock& clock)
    : table_(std::make_unique<EntryTable>(caps)), caps_(caps), costs_(caps), clock_(clock) {}

std::optional<SharedTable::Reading> SharedTable::Read(absl::string_view key, int64_t touch_millis) {
  const uint64_t hash = EntryTable::HashOf(key);
  if (touch_millis == 0) {
    const ReaderLock lock(mutex_);
    const int64_t now = clock_.NowNanos();
    const Entry* const entry = FindLive(hash, key, now);
    if (entry == nullptr) return std::nullopt;
    return Reading{entry->value(), RemainingTtl(entry->expiry_nanos, now)};
  }
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  const int64_t now = clock_.NowNanos();
  const Entry* const entry = FindLive(hash, key, now);
  if (entry == nullptr) return std::nullopt;
  Reading reading = {entry->value(), absl::Milliseconds(touch_millis)};
  table_->Touch(hash, key, now + touch_millis * kNanosPerMilli, now, dropped);
  return reading;
}

absl::Status SharedTable::Set(absl::string_view key, absl::Cord value, int64_t ttl_millis) {
  if (absl::Status status = CheckFits(key.size(), value.size()); !status.ok()) return status;
  const uint64_t hash = EntryTable::HashOf(key);
  NewEntry entry(key, std::move(value));
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  // Read under the lock, so that entries set one after the other also expire in that order.
  const int64_t now = clock_.NowNanos();
  entry.expiry_nanos = now + ttl_millis * kNanosPerMilli;
  table_->Put(hash, std::move(entry), now, dropped);
  return absl::OkStatus();
}

absl::StatusOr<bool> SharedTable::SetWith(Write write) {
  absl::Status status = CheckFits(write.key.size(), write.value.size());
  if (!status.ok()) return status;
  KnownEtags etags;
  Prepared prepared = Prepare(std::move(write), etags);
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  return Apply(prepared, etags, clock_.NowNanos(), dropped);
}

BatchBoolResults SharedTable::SetAll(std::vector<Write> writes) {
  BatchBoolResults results(writes.size(), false);
  std::vector<uint64_t> hashes;
  std::vector<Prepared> prepared(writes.size());
  KnownEtags etags;
  hashes.reserve(writes.size());
  for (size_t i = 0; i < writes.size(); ++i) {
    absl::Status status = CheckFits(writes[i].key.size(), writes[i].value.size());
    if (!status.ok()) {
      results[i] = std::move(status);
    } else {
      prepared[i] = Prepare(std::move(writes[i]), etags);
    }
    hashes.push_back(prepared[i].hash);
  }
  EntryTable::Dropped dropped;
  dropped.reserve(2 * hashes.size());
  const WriterLock lock(mutex_);
  const int64_t now = clock_.NowNanos();
  LookAhead look_ahead(*table_, hashes);
  for (size_t i = 0; i < hashes.size(); ++i) {
    look_ahead.ComeTo(i);
    if (results[i].ok()) results[i] = Apply(prepared[i], etags, now, dropped);
  }
  return results;
}

SharedTable::Prepared SharedTable::Prepare(Write write, KnownEtags& etags) const {
  if (write.condition.kind() == SetCondition::Kind::kIfEtag) LearnEtag(write.key, etags);
  Prepared prepared = {.hash = EntryTable::HashOf(write.key),
                       .entry = NewEntry(write.key, std::move(write.value)),
                       .keep_ttl = write.keep_ttl,
                       .condition = std::move(write.condition)};
  prepared.entry.expiry_nanos = write.ttl_millis * kNanosPerMilli;
  return prepared;
}

bool SharedTable::Apply(Prepared& write, KnownEtags& etags, int64_t now_nanos,
                        EntryTable::Dropped& dropped) {
  if (write.keep_ttl || write.condition.kind() != SetCondition::Kind::kNone) {
    const Entry* const live = FindLive(write.hash, write.entry.key, now_nanos);
    if (!IsMet(write.condition, live, etags)) return false;
    if (live != nullptr && write.keep_ttl) {
      table_->PutValue(write.hash, std::move(write.entry), now_nanos, dropped);
      return true;
    }
  }
  write.entry.expiry_nanos += now_nanos;
  table_->Put(write.hash, std::move(write.entry), now_nanos, dropped);
  return true;
}

bool SharedTable::Delete(absl::string_view key) {
  const uint64_t hash = EntryTable::HashOf(key);
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  return table_->Erase(hash, key, clock_.NowNanos(), dropped);
}

bool SharedTable::DeleteIf(absl::string_view key, absl::string_view etag) {
  const uint64_t hash = EntryTable::HashOf(key);
  KnownEtags etags;
  LearnEtag(key, etags);
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  const int64_t now = clock_.NowNanos();
  const Entry* const live = FindLive(hash, key, now);
  return live != nullptr && etags.Of(live->value()) == etag &&
         table_->Erase(hash, key, now, dropped);
}

BatchBoolResults SharedTable::DeleteAll(absl::Span<const absl::string_view> keys) {
  BatchBoolResults results(keys.size(), false);
  const std::vector<uint64_t> hashes = HashesOf(keys);
  EntryTable::Dropped dropped;
  dropped.reserve(2 * keys.size());
  const WriterLock lock(mutex_);
  const int64_t now = clock_.NowNanos();
  LookAhead look_ahead(*table_, hashes);
  for (size_t i = 0; i < keys.size(); ++i) {
    look_ahead.ComeTo(i);
    results[i] = table_->Erase(hashes[i], keys[i], now, dropped);
  }
  return results;
}

absl::StatusOr<IncrementResult> SharedTable::Increment(absl::string_view key, int64_t delta,
                                                       int64_t ttl_millis) {
  constexpr size_t kMostDigits = 20;
  const uint64_t hash = EntryTable::HashOf(key);
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  const int64_t now = clock_.NowNanos();
  const Entry* const live = FindLive(hash, key, now);
  if (live == nullptr) {
    const std::string text = absl::StrCat(delta);
    if (absl::Status status = CheckFits(key.size(), text.size()); !status.ok()) return status;
    NewEntry entry(key, absl::Cord(text));
    entry.expiry_nanos = now + ttl_millis * kNanosPerMilli;
    table_->Put(hash, std::move(entry), now, dropped);
    return IncrementResult{.value = delta, .ttl = absl::Milliseconds(ttl_millis)};
  }
  const absl::Duration ttl = RemainingTtl(live->expiry_nanos, now);
  if (live->value_size() > kMostDigits) return NoCounter();
  const absl::StatusOr<int64_t> sum = AddToCounter(std::string(live->value()), delta);
  if (!sum.ok()) return sum.status();
  const std::string text = absl::StrCat(*sum);
  if (absl::Status status = CheckFits(key.size(), text.size()); !status.ok()) return status;
  table_->PutValue(hash, NewEntry(key, absl::Cord(text)), now, dropped);
  return IncrementResult{.value = *sum, .ttl = ttl};
}

void SharedTable::DropExpired(size_t limit) {
  EntryTable::Dropped dropped;
  const WriterLock lock(mutex_);
  table_->DropExpired(clock_.NowNanos(), limit, dropped);
}

std::unique_ptr<EntryTable> SharedTable::Exchange(std::unique_ptr<EntryTable> next) {
  const WriterLock lock(mutex_);
  if (table_ != nullptr) earlier_drops_ = Sum(earlier_drops_, table_->drops());
  return std::exchange(table_, std::move(next));
}

MemoryStats SharedTable::GetStats() const {
  MemoryStats stats = {.max_entries = caps_.max_entries, .max_bytes = caps_.max_bytes};
  const ReaderLock lock(mutex_);
  EntryTable::Drops drops = earlier_drops_;
  if (table_ != nullptr) {
    stats.entries = table_->size();
    stats.bytes = table_->bytes();
    drops = Sum(drops, table_->drops());
  }
  stats.expired = drops.expired;
  stats.evicted_for_entries = drops.for_max_entries;
  stats.evicted_for_bytes = drops.for_max_bytes;
  return stats;
}

std::vector<uint64_t> SharedTable::HashesOf(absl::Span<const absl::string_view> keys) {
  std::vector<uint64_t> hashes(keys.size());
  std::ranges::transform(keys, hashes.begin(), EntryTable::HashOf);
  return hashes;
}

const Entry* SharedTable::FindLive(uint64_t hash, absl::string_view key, int64_t now_nanos) const {
  const Entry* const entry = table_->Find(hash, key);
  return entry != nullptr && entry->expiry_nanos > now_nanos ? entry : nullptr;
}

void SharedTable::LearnEtag(absl::string_view key, KnownEtags& etags) const {
  const absl::Cord value = Find(key, [](const Entry* live) {
    return live != nullptr && IsLong(live->value_size()) ? live->value() : absl::Cord();
  });
  if (!value.empty()) etags.Of(value);
}

bool SharedTable::IsMet(const SetCondition& condition, const Entry* live, KnownEtags& etags) {
  switch (condition.kind()) {
    case SetCondition::Kind::kNone:
      return true;
    case SetCondition::Kind::kIfAbsent:
      return live == nullptr;
    case SetCondition::Kind::kIfPresent:
      return live != nullptr;
    case SetCondition::Kind::kIfEtag:
      return live != nullptr && etags.Of(live->value()) == condition.etag();
  }
  return false;
}

absl::Status SharedTable::CheckFits(size_t key_bytes, size_t value_bytes) const {
  // Alone, in a run of its own.
  const size_t least_bytes = costs_.Of(key_bytes, value_bytes) + ExpiryOrder::kBytesPerRun;
  if (least_bytes <= caps_.max_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("value: the entry takes ", least_bytes,
                                                   " bytes; the store holds ", caps_.max_bytes,
                                                   " bytes (max_bytes): store less, or raise it"));
}

}  // namespace cachestore
