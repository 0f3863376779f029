// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/memory_cache_store.h"

#include <limits>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/completion.h"
#include "stores/memory/allocation.h"
#include "stores/memory/entry_table.h"
#include "stores/memory/striped_shared_mutex.h"

namespace cachestore {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

// Ids are 32 bits wide, and the order needs one of them.
constexpr size_t kMaxEntries = std::numeric_limits<int32_t>::max();

// What one Ping clears away: some hundred microseconds.
constexpr size_t kMaxExpiredPerPing = 1'000;

// From here on a cleared table is freed by a thread of its own, as it takes milliseconds.
constexpr size_t kManyEntries = 50'000;

}  // namespace

struct MemoryCacheStore::State {
  explicit State(EntryTable::Caps caps) : caps(caps) {}

  // Takes all entries away; the caller frees them by destroying the result.
  std::unique_ptr<EntryTable> Reset() ABSL_LOCKS_EXCLUDED(mutex) {
    auto empty = std::make_unique<EntryTable>(caps);
    const WriterLock lock(mutex);
    return std::exchange(table, std::move(empty));
  }

  const EntryTable::Caps caps;
  mutable StripedSharedMutex mutex;
  std::unique_ptr<EntryTable> table ABSL_GUARDED_BY(mutex) = std::make_unique<EntryTable>(caps);
};

absl::StatusOr<std::unique_ptr<MemoryCacheStore>> MemoryCacheStore::Create(const Options& options) {
  if (options.max_entries == 0 || options.max_entries > kMaxEntries) {
    return absl::InvalidArgumentError(absl::StrCat("max_entries: is ", options.max_entries,
                                                   "; give a number from 1 to ", kMaxEntries));
  }
  if (options.max_bytes == 0) {
    return absl::InvalidArgumentError("max_bytes: is 0; give a number of bytes above that");
  }
  if (absl::Status status = CheckLimits(options.limits); !status.ok()) return status;
  try {
    return absl::WrapUnique(new MemoryCacheStore(options));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "max_entries: this process may not reserve the addresses for so many; give less");
  }
}

MemoryCacheStore::MemoryCacheStore(const Options& options)
    : limits_(options.limits),
      clock_(options.clock),
      state_(std::make_shared<State>(
          EntryTable::Caps{static_cast<uint32_t>(options.max_entries), options.max_bytes})) {}

MemoryCacheStore::~MemoryCacheStore() = default;

void MemoryCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::StatusOr<std::optional<absl::Cord>> result = std::nullopt;
  if (absl::Status status = CheckCall(pass, options, key); !status.ok()) {
    result = std::move(status);
  } else {
    const uint64_t hash = EntryTable::HashOf(key);
    const int64_t now = clock_.RecentNanos();
    const ReaderLock lock(state_->mutex);
    if (const Entry* entry = state_->table->Find(hash, key, now)) result->emplace(entry->value);
  }
  Completion::Run(pass, done, result);
}

void MemoryCacheStore::Exists(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::StatusOr<bool> result = false;
  if (absl::Status status = CheckCall(pass, options, key); !status.ok()) {
    result = std::move(status);
  } else {
    const uint64_t hash = EntryTable::HashOf(key);
    const int64_t now = clock_.RecentNanos();
    const ReaderLock lock(state_->mutex);
    result = state_->table->Find(hash, key, now) != nullptr;
  }
  Completion::Run(pass, done, result);
}

void MemoryCacheStore::Set(absl::string_view key, absl::Cord value,
                           std::optional<absl::Duration> ttl, const CallOptions& options,
                           StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options, key);
  if (status.ok()) status = CheckValueSize(value.size(), limits_);
  absl::StatusOr<int64_t> ttl_millis = 0;
  if (status.ok()) {
    ttl_millis = CheckTtlMillis(ttl, limits_);
    status = ttl_millis.status();
  }
  const size_t least_bytes = EntryTable::LeastBytes(key.size(), value.size());
  if (status.ok() && least_bytes > state_->caps.max_bytes) {
    status = absl::ResourceExhaustedError(
        absl::StrCat("value: the entry takes ", least_bytes, " bytes; the store holds ",
                     state_->caps.max_bytes, " bytes (max_bytes): store less, or raise it"));
  }
  if (status.ok()) {
    const uint64_t hash = EntryTable::HashOf(key);
    Entry entry = {.key = absl::Cord(key), .value = CompactCopy(value)};
    EntryTable::Dropped dropped;  // Freed after the lock is released.
    const WriterLock lock(state_->mutex);
    // Read under the lock, so that entries set one after the other also expire in that order.
    const int64_t now = clock_.NowNanos();
    entry.expiry_nanos = now + *ttl_millis * kNanosPerMilli;
    state_->table->Put(hash, key, std::move(entry), now, dropped);
  }
  Completion::Run(pass, done, status);
}

void MemoryCacheStore::Delete(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::StatusOr<bool> result = false;
  if (absl::Status status = CheckCall(pass, options, key); !status.ok()) {
    result = std::move(status);
  } else {
    const uint64_t hash = EntryTable::HashOf(key);
    EntryTable::Dropped dropped;
    const WriterLock lock(state_->mutex);
    result = state_->table->Erase(hash, key, clock_.NowNanos(), dropped);
  }
  Completion::Run(pass, done, result);
}

void MemoryCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  if (status.ok()) {
    std::unique_ptr<EntryTable> cleared = state_->Reset();
    if (cleared->size() >= kManyEntries) {
      std::thread([pass = std::move(pass), done = std::move(done),
                   cleared = std::move(cleared)]() mutable {
        cleared.reset();
        absl::Status ok;
        Completion::Run(pass, done, ok);
      }).detach();
      return;
    }
  }
  Completion::Run(pass, done, status);
}

void MemoryCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  if (status.ok()) {
    EntryTable::Dropped dropped;
    const WriterLock lock(state_->mutex);
    state_->table->DropExpired(clock_.NowNanos(), kMaxExpiredPerPing, dropped);
  }
  Completion::Run(pass, done, status);
}

void MemoryCacheStore::Close(StatusCallback done) {
  gate_.Close([state = state_, done = std::move(done)]() mutable {
    state->Reset();
    Completion::Run(done, absl::OkStatus());
  });
}

MemoryCacheStore::Usage MemoryCacheStore::GetUsage() const {
  const ReaderLock lock(state_->mutex);
  return {.entries = state_->table->size(), .bytes = state_->table->bytes()};
}

size_t MemoryCacheStore::EntryBytes(size_t key_bytes, size_t value_bytes) {
  return EntryTable::EntryBytes(key_bytes, value_bytes);
}

}  // namespace cachestore
