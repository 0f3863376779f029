// SPDX-License-Identifier: Apache-2.0

// The in-process store beside the least that any store could do: a bare hash map of Cords without
// lock, expiry or bounds, fed the same keys in the same order.
//
//   ./dev bench memory
//
// Keys have 15 bytes, values 64. Each benchmark's argument is the number of entries.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "stores/memory/memory_cache_store.h"

namespace cachestore {
namespace {

constexpr size_t kKeyBytes = 15;
constexpr size_t kValueBytes = 64;
using BareMap = absl::flat_hash_map<std::string, absl::Cord>;

// Twice `entries` keys: a run that replaces entries by new ones goes round them.
const std::vector<std::string>& Keys(size_t entries) {
  static std::map<size_t, std::vector<std::string>>& made =
      *new std::map<size_t, std::vector<std::string>>;
  std::vector<std::string>& keys = made[entries];
  if (!keys.empty()) return keys;
  keys.resize(2 * entries);
  std::vector<uint64_t> numbers(keys.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937_64(42));
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = absl::StrFormat("key:%011d", numbers[i]);
  return keys;
}

// The keys that are there, in a random order, the same for both. They lie in the order in which
// they are used: a key that has just arrived is in the processor's cache, and only the entry is
// not.
const std::vector<std::string>& Lookups(size_t entries) {
  static std::map<size_t, std::vector<std::string>>& made =
      *new std::map<size_t, std::vector<std::string>>;
  std::vector<std::string>& keys = made[entries];
  if (!keys.empty()) return keys;
  keys = Keys(entries);
  keys.resize(entries);
  std::shuffle(keys.begin(), keys.end(), std::mt19937_64(7));
  return keys;
}

const std::string& Value() {
  static const std::string& value = *new std::string(kValueBytes, 'v');
  return value;
}

std::unique_ptr<MemoryCacheStore> FilledStore(size_t entries) {
  auto store = MemoryCacheStore::Create({.max_entries = entries, .max_bytes = size_t{16} << 30});
  for (size_t i = 0; i < entries; ++i) {
    (*store)->Set(Keys(entries)[i], absl::Cord(Value()), absl::Hours(24), {}, [](absl::Status) {});
  }
  return *std::move(store);
}

BareMap FilledMap(size_t entries) {
  BareMap map;
  for (size_t i = 0; i < entries; ++i) map.emplace(Keys(entries)[i], Value());
  return map;
}

// Where several threads read: each its own part of the keys, or all of them all keys. Who reads a
// value writes its reference count, so that threads which read the same ones pass it to and fro.
enum class Readers { kOwnKeys, kSameKeys };

// Goes round those lookups that are this thread's.
class Round {
 public:
  Round(const benchmark::State& state, Readers readers)
      : keys_(Lookups(state.range(0))), end_(keys_.size()) {
    const size_t part = keys_.size() / state.threads();
    next_ = part * state.thread_index();
    if (readers == Readers::kSameKeys) return;
    begin_ = next_;
    end_ = begin_ + part;
  }
  const std::string& Next() {
    const std::string& key = keys_[next_];
    if (++next_ == end_) next_ = begin_;
    return key;
  }

 private:
  const std::vector<std::string>& keys_;
  size_t begin_ = 0;
  size_t end_;
  size_t next_;
};

template <Readers readers>
void BM_BareFindAndCopy(benchmark::State& state) {
  static const BareMap* map;
  if (state.thread_index() == 0) map = new BareMap(FilledMap(state.range(0)));
  Round round(state, readers);
  for (auto _ : state) {
    absl::Cord value = map->find(round.Next())->second;
    benchmark::DoNotOptimize(value);
  }
  if (state.thread_index() == 0) delete map;
  state.SetItemsProcessed(state.iterations());
}

template <Readers readers>
void BM_StoreGetHit(benchmark::State& state) {
  static MemoryCacheStore* store;
  if (state.thread_index() == 0) store = FilledStore(state.range(0)).release();
  Round round(state, readers);
  size_t hits = 0;
  for (auto _ : state) {
    store->Get(round.Next(), {}, [&hits](const absl::StatusOr<std::optional<absl::Cord>>& value) {
      if (value->has_value()) ++hits;
      benchmark::DoNotOptimize(value);
    });
  }
  if (hits != state.iterations()) state.SkipWithError("a Get missed");
  if (state.thread_index() == 0) delete store;
  state.SetItemsProcessed(state.iterations());
}

// The same keys, a hundred at a time. Counts entries.
void BM_StoreBatchGetHits(benchmark::State& state) {
  constexpr size_t kBatch = 100;
  const auto store = FilledStore(state.range(0));
  Round round(state, Readers::kOwnKeys);
  std::vector<absl::string_view> keys(kBatch);
  size_t hits = 0;
  for (auto _ : state) {
    for (absl::string_view& key : keys) key = round.Next();
    store->BatchGet(keys, {}, [&hits](const absl::StatusOr<BatchGetResults>& results) {
      for (const auto& result : *results) hits += result->has_value() ? 1 : 0;
    });
  }
  if (hits != kBatch * state.iterations()) state.SkipWithError("a Get missed");
  state.SetItemsProcessed(static_cast<int64_t>(kBatch) * state.iterations());
}

void BM_BareEraseAndInsert(benchmark::State& state) {
  const size_t entries = state.range(0);
  const std::vector<std::string>& keys = Keys(entries);
  BareMap map = FilledMap(entries);
  size_t oldest = 0;
  size_t next = entries;
  for (auto _ : state) {
    map.erase(keys[oldest]);
    map.emplace(keys[next], Value());
    if (++oldest == keys.size()) oldest = 0;
    if (++next == keys.size()) next = 0;
  }
}

void SetIntoFullStore(benchmark::State& state, absl::Duration least_ttl, uint64_t spread_millis) {
  const size_t entries = state.range(0);
  const std::vector<std::string>& keys = Keys(entries);
  const std::unique_ptr<MemoryCacheStore> store = FilledStore(entries);
  std::minstd_rand random(1);
  size_t next = entries;
  for (auto _ : state) {
    const absl::Duration ttl = least_ttl + absl::Milliseconds(random() % spread_millis);
    store->Set(keys[next], absl::Cord(Value()), ttl, {}, [](absl::Status) {});
    if (++next == keys.size()) next = 0;
  }
  if (store->GetUsage().entries != entries) state.SkipWithError("the store was not full");
}

void BM_StoreSetIntoFull(benchmark::State& state) { SetIntoFullStore(state, absl::Hours(24), 1); }

void BM_StoreSetIntoFullRandomTtl(benchmark::State& state) {
  SetIntoFullStore(state, absl::Hours(24), absl::ToInt64Milliseconds(absl::Hours(24)));
}

size_t ResidentBytes() {
  size_t pages = 0;
  size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// Fills in a process of its own, so that nothing freed before is counted or reused.
template <typename Fill>
void MeasureResident(benchmark::State& state, Fill fill) {
  const size_t entries = state.range(0);
  Keys(entries);
  double bytes_per_entry = 0;
  double accounted = 0;
  for (auto _ : state) {
    int fds[2];
    if (pipe(fds) != 0) std::abort();
    const pid_t child = fork();
    if (child == 0) {
      double results[2];
      const size_t before = ResidentBytes();
      results[1] = fill(entries, [&] { results[0] = ResidentBytes() - before; });
      _exit(write(fds[1], results, sizeof(results)) == sizeof(results) ? 0 : 1);
    }
    double results[2] = {};
    if (read(fds[0], results, sizeof(results)) != sizeof(results)) std::abort();
    waitpid(child, nullptr, 0);
    close(fds[0]);
    close(fds[1]);
    bytes_per_entry = results[0] / entries;
    accounted = results[1] / entries;
  }
  state.counters["resident_B/entry"] = bytes_per_entry;
  state.counters["overhead_B/entry"] = bytes_per_entry - kKeyBytes - kValueBytes;
  if (accounted > 0) state.counters["accounted_B/entry"] = accounted;
}

void BM_BareResident(benchmark::State& state) {
  MeasureResident(state, [](size_t entries, auto filled) {
    const BareMap map = FilledMap(entries);
    filled();
    return 0.0;
  });
}

void BM_StoreResident(benchmark::State& state) {
  MeasureResident(state, [](size_t entries, auto filled) {
    const std::unique_ptr<MemoryCacheStore> store = FilledStore(entries);
    filled();
    return static_cast<double>(store->GetUsage().bytes);
  });
}

constexpr int64_t kSmall = 10'000;
constexpr int64_t kMedium = 1'000'000;
constexpr int64_t kLarge = 10'000'000;

// Each beside its peer, so that both find the machine and the allocator in the same state.
const bool kRegistered = [] {
  const auto add = [](const char* name, auto* function, int64_t entries) {
    return benchmark::RegisterBenchmark(name, function)->Arg(entries)->UseRealTime();
  };
  add("BareResident", BM_BareResident, kMedium)->Iterations(1);
  add("StoreResident", BM_StoreResident, kMedium)->Iterations(1);
  for (const int64_t entries : {kSmall, kMedium, kLarge}) {
    add("BareFindAndCopy", BM_BareFindAndCopy<Readers::kOwnKeys>, entries);
    add("StoreGetHit", BM_StoreGetHit<Readers::kOwnKeys>, entries);
    if (entries < kLarge) {
      add("BareFindAndCopy", BM_BareFindAndCopy<Readers::kOwnKeys>, entries)->Threads(2);
      add("StoreGetHit", BM_StoreGetHit<Readers::kOwnKeys>, entries)->Threads(2);
      add("BareFindAndCopySameKeys", BM_BareFindAndCopy<Readers::kSameKeys>, entries)->Threads(2);
      add("StoreGetHitSameKeys", BM_StoreGetHit<Readers::kSameKeys>, entries)->Threads(2);
    }
    add("StoreBatchGetHits", BM_StoreBatchGetHits, entries);
    add("BareEraseAndInsert", BM_BareEraseAndInsert, entries);
    add("StoreSetIntoFull", BM_StoreSetIntoFull, entries);
    add("StoreSetIntoFullRandomTtl", BM_StoreSetIntoFullRandomTtl, entries);
  }
  return true;
}();

}  // namespace
}  // namespace cachestore

BENCHMARK_MAIN();
