// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_MEMORY_MEMORY_CACHE_STORE_H_
#define STORES_MEMORY_MEMORY_CACHE_STORE_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"
#include "stores/limits.h"
#include "stores/memory/shared_table.h"
#include "stores/monotonic_clock.h"

namespace cachestore {

// A cache in the memory of this process, bounded in entries and in bytes.
//
// What is full makes room: a Set drops what has expired, then the entry with the earliest expiry,
// and among equals the one whose expiry was set first, until the new entry fits. This is exact over
// the whole store, also under concurrent writers. The new entry is never the victim, and replacing
// an entry evicts nobody by count.
//
// Get and Exists are O(1), write nothing that other readers wait for, and run side by side on all
// cores. Set and Delete are O(log n), and take turns. Values are copied on Set; on Get, those of up
// to 512 bytes are copied too, and longer ones shared. What is long is copied and freed outside the
// lock. Every callback runs before its operation returns, unless many
// are nested; those of Clear and Close come after the entries have been freed, by a thread of its
// own if they are many.
//
// Clear is O(1) for all other calls.
//
// Expired entries are unreadable at once; their memory goes with the writes that follow (each drops
// up to 8) and with Ping (up to 1,000), which a server's health monitor calls all the time.
class MemoryCacheStore final : public CacheStore {
 public:
  struct Options {
    Limits limits = {};

    // At most 2^31 - 1. Raise it with max_bytes when entries are small.
    size_t max_entries = 10'000;

    // Keys, values, and all that is kept beside them: 33 bytes an entry, and what is rounded up (to
    // 8 bytes; to 16 in stores of more than 16 GiB, and so on), and for a key or a value of more
    // than 512 bytes its block. Chunks that are partly filled come on top: 4 MiB at most, and
    // nothing to speak of where entries have few sizes.
    size_t max_bytes = size_t{1} << 30;

    // Must outlive the store.
    const MonotonicClock& clock = SystemMonotonicClock();
  };

  // INVALID_ARGUMENT if a cap holds no entry or is too large, or CheckLimits refuses the limits.
  // RESOURCE_EXHAUSTED if the process may not reserve addresses (not memory) for max_entries.
  static absl::StatusOr<std::unique_ptr<MemoryCacheStore>> Create(const Options& options);

  // O(entries) unless the store was closed: frees them before it returns.
  ~MemoryCacheStore() override;

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override;
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override;
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override;
  void Clear(const CallOptions& options, StatusCallback done) override;
  void Ping(const CallOptions& options, StatusCallback done) override;
  void Close(StatusCallback done) override;

  void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
               GetResultCallback done) override;
  void ExistsWith(absl::string_view key, const ExistsOptions& exists, const CallOptions& options,
                  ExistsResultCallback done) override;
  void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
               const CallOptions& options, BoolCallback done) override;
  void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                BoolCallback done) override;
  void Increment(absl::string_view key, int64_t delta, std::optional<absl::Duration> ttl,
                 const CallOptions& options, IncrementCallback done) override;

  // A batch is one step for others, and an entry that is too large fails by itself.
  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override;
  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override;
  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;
  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override;

  // Entries and bytes are never above the caps.
  StoreStats GetStats() const override;

  // What an entry counts against max_bytes, in a store of up to 16 GiB. A store also counts up to
  // 80 bytes for each run of entries in ascending order of expiry: one in all where every entry has
  // the same TTL.
  static size_t EntryBytes(size_t key_bytes, size_t value_bytes);

 private:
  // Shared with what may outlast the store: the clean-up after Close, and a large Clear.
  struct State;

  explicit MemoryCacheStore(const Options& options);

  const Limits limits_;
  const std::shared_ptr<State> state_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // STORES_MEMORY_MEMORY_CACHE_STORE_H_
