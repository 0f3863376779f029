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
#include "stores/etag.h"
#include "stores/memory/entry.h"
#include "stores/memory/entry_costs.h"
#include "stores/memory/entry_table.h"
#include "stores/memory/expiry_order.h"

namespace cachestore {
namespace {

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
  State(EntryTable::Caps caps, const MonotonicClock& clock) : table(caps, clock) {}

  SharedTable table;
  CallGate freeing;  // Inside: who frees the entries of a store that is closed.
};

absl::StatusOr<std::unique_ptr<MemoryCacheStore>> MemoryCacheStore::Create(const Options& options) {
  if (options.max_entries == 0 || options.max_entries > kMaxEntries) {
    return absl::InvalidArgumentError(absl::StrCat("max_entries: is ", options.max_entries,
                                                   "; give a number from 1 to ", kMaxEntries));
  }
  const size_t least = EntryBytes(1, 0) + ExpiryOrder::kBytesPerRun;
  if (options.max_bytes < least) {
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
      state_(std::make_shared<State>(
          EntryTable::Caps{static_cast<uint32_t>(options.max_entries), options.max_bytes},
          options.clock)) {}

MemoryCacheStore::~MemoryCacheStore() = default;

void MemoryCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  using Result = absl::StatusOr<std::optional<absl::Cord>>;
  Completion::Answer(gate_, options, done, [&]() -> Result {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    return state_->table.Find(key, [](const Entry* live) {
      // Not by std::in_place, which later releases of Abseil take for the optional's.
      Result result{std::optional<absl::Cord>()};
      if (live != nullptr) live->ReadValue(*result);
      return result;
    });
  });
}

void MemoryCacheStore::Exists(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    return state_->table.Find(key, [](const Entry* live) { return live != nullptr; });
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
    return state_->table.Set(key, std::move(value), *ttl_millis);
  });
}

void MemoryCacheStore::Delete(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    return state_->table.Delete(key);
  });
}

void MemoryCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  std::unique_ptr<EntryTable> cleared;
  if (status.ok()) {
    try {
      cleared = state_->table.Exchange(std::make_unique<EntryTable>(state_->table.caps()));
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
    state_->table.DropExpired(kMaxExpiredPerPing);
    return absl::OkStatus();
  });
}

void MemoryCacheStore::Close(StatusCallback done) {
  gate_.Close([state = state_, done = std::move(done)]() mutable {
    // Entered first, so that a Close that finds no entries any more waits for the one that did.
    CallGate::Pass inside = state->freeing.Enter();
    Free(state->table.Exchange(nullptr),
         [inside = std::move(inside)]() mutable { inside = CallGate::Pass(); });
    state->freeing.Close([done = std::move(done)]() mutable { Completion::RunClosed(done); });
  });
}

void MemoryCacheStore::GetWith(absl::string_view key, const GetOptions& get,
                               const CallOptions& options, GetResultCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<GetResult> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const absl::StatusOr<int64_t> touch_millis = CheckTouchMillis(get.touch, limits_);
    if (!touch_millis.ok()) return touch_millis.status();
    std::optional<SharedTable::Reading> reading = state_->table.Read(key, *touch_millis);
    GetResult result;
    if (!reading.has_value()) return result;
    if (get.want_ttl) result.ttl = reading->ttl;
    if (get.want_etag) result.etag = EtagOf(reading->value);
    result.value = std::move(reading->value);
    return result;
  });
}

void MemoryCacheStore::ExistsWith(absl::string_view key, const ExistsOptions& exists,
                                  const CallOptions& options, ExistsResultCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<ExistsResult> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const absl::StatusOr<int64_t> touch_millis = CheckTouchMillis(exists.touch, limits_);
    if (!touch_millis.ok()) return touch_millis.status();
    const std::optional<SharedTable::Reading> reading = state_->table.Read(key, *touch_millis);
    ExistsResult result = {.exists = reading.has_value()};
    if (reading.has_value() && exists.want_ttl) result.ttl = reading->ttl;
    return result;
  });
}

void MemoryCacheStore::SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                               const CallOptions& options, BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    const absl::StatusOr<int64_t> ttl_millis = CheckSet(key, value.size(), set, limits_);
    if (!ttl_millis.ok()) return ttl_millis.status();
    return state_->table.SetWith({.key = key,
                                  .value = std::move(value),
                                  .ttl_millis = *ttl_millis,
                                  .keep_ttl = set.keep_ttl,
                                  .condition = set.condition});
  });
}

void MemoryCacheStore::DeleteIf(absl::string_view key, absl::string_view etag,
                                const CallOptions& options, BoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    if (absl::Status status = CheckEtag(etag); !status.ok()) return status;
    return state_->table.DeleteIf(key, etag);
  });
}

void MemoryCacheStore::Increment(absl::string_view key, int64_t delta,
                                 std::optional<absl::Duration> ttl, const CallOptions& options,
                                 IncrementCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<IncrementResult> {
    if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
    const absl::StatusOr<int64_t> ttl_millis = CheckTtlMillis(ttl, limits_);
    if (!ttl_millis.ok()) return ttl_millis.status();
    return state_->table.Increment(key, delta, *ttl_millis);
  });
}

void MemoryCacheStore::BatchGet(absl::Span<const absl::string_view> keys,
                                const CallOptions& options, BatchGetCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<BatchGetResults> {
    if (absl::Status status = CheckKeys(keys, limits_); !status.ok()) return status;
    BatchGetResults results(keys.size(), std::optional<absl::Cord>());
    state_->table.FindAll(keys, [&](size_t i, const Entry* live) {
      if (live != nullptr) live->ReadValue(*results[i]);
    });
    return results;
  });
}

void MemoryCacheStore::BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                                BatchBoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<BatchBoolResults> {
    const absl::StatusOr<std::vector<int64_t>> ttl_millis = CheckEntries(entries, limits_);
    if (!ttl_millis.ok()) return ttl_millis.status();
    std::vector<SharedTable::Write> writes;
    writes.reserve(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      SetEntry& entry = entries[i];
      writes.push_back({.key = entry.key,
                        .value = std::move(entry.value),
                        .ttl_millis = (*ttl_millis)[i],
                        .keep_ttl = entry.options.keep_ttl,
                        .condition = std::move(entry.options.condition)});
    }
    return state_->table.SetAll(std::move(writes));
  });
}

void MemoryCacheStore::BatchDelete(absl::Span<const absl::string_view> keys,
                                   const CallOptions& options, BatchBoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<BatchBoolResults> {
    if (absl::Status status = CheckKeys(keys, limits_); !status.ok()) return status;
    return state_->table.DeleteAll(keys);
  });
}

void MemoryCacheStore::BatchExists(absl::Span<const absl::string_view> keys,
                                   const CallOptions& options, BatchBoolCallback done) {
  Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<BatchBoolResults> {
    if (absl::Status status = CheckKeys(keys, limits_); !status.ok()) return status;
    BatchBoolResults results(keys.size(), false);
    state_->table.FindAll(keys, [&](size_t i, const Entry* live) { results[i] = live != nullptr; });
    return results;
  });
}

StoreStats MemoryCacheStore::GetStats() const { return {.memory = state_->table.GetStats()}; }

size_t MemoryCacheStore::EntryBytes(size_t key_bytes, size_t value_bytes) {
  static const EntryCosts costs({.max_entries = 1, .max_bytes = 0});
  return costs.Of(key_bytes, value_bytes);
}

}  // namespace cachestore
