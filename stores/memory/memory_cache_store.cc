// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/memory_cache_store.h"

#include <limits>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
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

absl::Status NoAddresses() {
  return absl::ResourceExhaustedError(
      "max_entries: this process may not reserve the addresses for so many; give less");
}

absl::Status TooLargeForStore(size_t entry_bytes, size_t max_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat("value: the entry takes ", entry_bytes,
                                                   " bytes; the store holds ", max_bytes,
                                                   " bytes (max_bytes): store less, or raise it"));
}

// Frees `table`, if any, then runs `then`: here, or if there is much to free on a thread of its
// own.
void Free(std::unique_ptr<EntryTable> table, absl::AnyInvocable<void() &&> then) {
  const bool is_large = table != nullptr && table->size() >= kManyEntries;
  auto work = [table = std::move(table), then = std::move(then)]() mutable {
    table.reset();
    std::move(then)();
  };
  if (!is_large) return work();
  const auto shared = std::make_shared<decltype(work)>(std::move(work));
  bool started = false;
  try {
    std::thread([shared] { (*shared)(); }).detach();
    started = true;
  } catch (const std::system_error&) {  // The process may have no more threads.
  }
  if (!started) (*shared)();
}

}  // namespace

struct MemoryCacheStore::State {
  explicit State(EntryTable::Caps caps) : table(std::make_unique<EntryTable>(caps)), caps(caps) {}

  // Takes all entries away; the caller frees them by destroying the result.
  std::unique_ptr<EntryTable> Exchange(std::unique_ptr<EntryTable> next)
      ABSL_LOCKS_EXCLUDED(mutex) {
    const WriterLock lock(mutex);
    return std::exchange(table, std::move(next));
  }

  StripedSharedMutex mutex;
  // Null once the store is closed, when no operation is left to look.
  std::unique_ptr<EntryTable> table ABSL_GUARDED_BY(mutex);
  const EntryTable::Caps caps;

  CallGate freeing;  // Inside: who frees the entries of a store that is closed.
};

absl::StatusOr<std::unique_ptr<MemoryCacheStore>> MemoryCacheStore::Create(const Options& options) {
  if (options.max_entries == 0 || options.max_entries > kMaxEntries) {
    return absl::InvalidArgumentError(absl::StrCat("max_entries: is ", options.max_entries,
                                                   "; give a number from 1 to ", kMaxEntries));
  }
  if (const size_t least = EntryTable::LeastBytes(1, 0); options.max_bytes < least) {
    return absl::InvalidArgumentError(absl::StrCat("max_bytes: is ", options.max_bytes,
                                                   "; the smallest entry takes ", least,
                                                   " bytes: give at least that"));
  }
  if (absl::Status status = CheckLimits(options.limits); !status.ok()) return status;
  try {
    return absl::WrapUnique(new MemoryCacheStore(options));
  } catch (const std::bad_alloc&) {
    return NoAddresses();
  }
}

MemoryCacheStore::MemoryCacheStore(const Options& options)
    : limits_(options.limits),
      clock_(options.clock),
      state_(std::make_shared<State>(
          EntryTable::Caps{static_cast<uint32_t>(options.max_entries), options.max_bytes})) {}

MemoryCacheStore::~MemoryCacheStore() = default;

// Reads the clock last, so that the processor need not wait for the entry to begin with what
// follows.
bool MemoryCacheStore::IsLive(const Entry* entry) const {
  return entry != nullptr && entry->expiry_nanos > clock_.RecentNanos();
}

void MemoryCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  using Result = absl::StatusOr<std::optional<absl::Cord>>;
  Completion::Answer(gate_, options, done, [&]() -> Result {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const uint64_t hash = EntryTable::HashOf(key);
    const ReaderLock lock(state_->mutex);
    const Entry* const entry = state_->table->Find(hash, key);
    if (!IsLive(entry)) return std::nullopt;
    return Result(absl::in_place, std::in_place, entry->value);
  });
}

void MemoryCacheStore::Exists(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const uint64_t hash = EntryTable::HashOf(key);
    const ReaderLock lock(state_->mutex);
    return IsLive(state_->table->Find(hash, key));
  });
}

void MemoryCacheStore::Set(absl::string_view key, absl::Cord value,
                           std::optional<absl::Duration> ttl, const CallOptions& options,
                           StatusCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::Status {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    if (absl::Status status = CheckValueSize(value.size(), limits_); !status.ok()) return status;
    const absl::StatusOr<int64_t> ttl_millis = CheckTtlMillis(ttl, limits_);
    if (!ttl_millis.ok()) return ttl_millis.status();
    const size_t least_bytes = EntryTable::LeastBytes(key.size(), value.size());
    if (least_bytes > state_->caps.max_bytes) {
      return TooLargeForStore(least_bytes, state_->caps.max_bytes);
    }

    const uint64_t hash = EntryTable::HashOf(key);
    Entry entry = {.key = absl::Cord(key), .value = CompactCopy(std::move(value))};
    EntryTable::Dropped dropped;  // Freed after the lock is released.
    const WriterLock lock(state_->mutex);
    // Read under the lock, so that entries set one after the other also expire in that order.
    const int64_t now = clock_.NowNanos();
    entry.expiry_nanos = now + *ttl_millis * kNanosPerMilli;
    state_->table->Put(hash, key, std::move(entry), now, dropped);
    return absl::OkStatus();
  });
}

void MemoryCacheStore::Delete(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const uint64_t hash = EntryTable::HashOf(key);
    EntryTable::Dropped dropped;
    const WriterLock lock(state_->mutex);
    return state_->table->Erase(hash, key, clock_.NowNanos(), dropped);
  });
}

void MemoryCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  std::unique_ptr<EntryTable> cleared;
  if (status.ok()) {
    try {
      cleared = state_->Exchange(std::make_unique<EntryTable>(state_->caps));
    } catch (const std::bad_alloc&) {
      status = NoAddresses();
    }
  }
  Free(std::move(cleared),
       [pass = std::move(pass), done = std::move(done), status = std::move(status)]() mutable {
         Completion::Run(pass, done, [&] { return std::move(status); });
       });
}

void MemoryCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  Completion::Answer(gate_, options, done, [&] {
    EntryTable::Dropped dropped;
    const WriterLock lock(state_->mutex);
    state_->table->DropExpired(clock_.NowNanos(), kMaxExpiredPerPing, dropped);
    return absl::OkStatus();
  });
}

void MemoryCacheStore::Close(StatusCallback done) {
  gate_.Close([state = state_, done = std::move(done)]() mutable {
    // Entered first, so that a Close that finds no entries any more waits for the one that did.
    CallGate::Pass inside = state->freeing.Enter();
    Free(state->Exchange(nullptr),
         [inside = std::move(inside)]() mutable { inside = CallGate::Pass(); });
    state->freeing.Close([done = std::move(done)]() mutable { Completion::RunClosed(done); });
  });
}

MemoryCacheStore::Usage MemoryCacheStore::GetUsage() const {
  const ReaderLock lock(state_->mutex);
  if (state_->table == nullptr) return {};
  return {.entries = state_->table->size(), .bytes = state_->table->bytes()};
}

size_t MemoryCacheStore::EntryBytes(size_t key_bytes, size_t value_bytes) {
  return EntryTable::EntryBytes(key_bytes, value_bytes);
}

}  // namespace cachestore
