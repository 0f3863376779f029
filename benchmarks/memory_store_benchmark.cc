// SPDX-License-Identifier: Apache-2.0

// The in-process store beside the least that any store could do: a bare hash map of Cords without
// lock, expiry or bounds, fed the same keys in the same order.
//
//   ./dev bench store
//
// Keys have 15 bytes, values 64. Each benchmark's argument is the number of entries. All of it
// takes some 10 GiB of memory; --benchmark_filter=/10000/ and so on takes what is of that size.
#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
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

// The one T of so many entries. Made once and kept: benchmarks are repeated, in any order, and to
// fill ten million entries takes longer than to read them. Threads may ask at a time.
template <typename T>
T& Kept(size_t entries) {
  static std::mutex mutex;
  static std::map<size_t, std::unique_ptr<T>>& kept = *new std::map<size_t, std::unique_ptr<T>>;
  const std::lock_guard lock(mutex);
  std::unique_ptr<T>& one = kept[entries];
  if (one == nullptr) one = std::make_unique<T>(entries);
  return *one;
}

// Twice `entries` keys: a run that replaces entries by new ones goes round them.
struct Keys {
  explicit Keys(size_t entries) : all(2 * entries) {
    std::vector<uint64_t> numbers(all.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    std::shuffle(numbers.begin(), numbers.end(), std::mt19937_64(42));
    for (size_t i = 0; i < all.size(); ++i) all[i] = absl::StrFormat("key:%011d", numbers[i]);
  }

  std::vector<std::string> all;
};

// The keys that are there, in a random order, the same for both. They lie in the order in which
// they are used: a key that has just arrived is in the processor's cache, and only the entry is
// not.
struct Lookups {
  explicit Lookups(size_t entries) : keys(Kept<Keys>(entries).all) {
    keys.resize(entries);
    std::shuffle(keys.begin(), keys.end(), std::mt19937_64(7));
  }

  std::vector<std::string> keys;
};

const std::string& Value() {
  static const std::string& value = *new std::string(kValueBytes, 'v');
  return value;
}

// The contenders, filled with the first `entries` keys.
struct BareMap {
  explicit BareMap(size_t entries) {
    for (size_t i = 0; i < entries; ++i) map.emplace(Kept<Keys>(entries).all[i], Value());
  }

  absl::flat_hash_map<std::string, absl::Cord> map;
};

struct Store {
  explicit Store(size_t entries)
      : store(*MemoryCacheStore::Create({.max_entries = entries, .max_bytes = size_t{16} << 30})) {
    for (size_t i = 0; i < entries; ++i) {
      store->Set(Kept<Keys>(entries).all[i], absl::Cord(Value()), absl::Hours(24), {},
                 [](absl::Status) {});
    }
  }

  std::unique_ptr<MemoryCacheStore> store;
};

// Where several threads read: each its own part of the keys, or all of them all keys. Who shares a
// value writes its reference count, so that threads which read the same ones pass it to and fro.
enum class Readers { kOwnKeys, kSameKeys };

// Goes round those lookups that are this thread's.
class Round {
 public:
  Round(const benchmark::State& state, Readers readers)
      : keys_(Kept<Lookups>(state.range(0)).keys), end_(keys_.size()) {
    const size_t part = keys_.size() / state.threads();
    next_ = part * state.thread_index();
    if (readers == Readers::kSameKeys) return;
    begin_ = next_;
    end_ = begin_ + part;
  }
  // `nothing` is 0, which the processor must learn before it knows the key.
  const std::string& Next(size_t nothing = 0) {
    const std::string& key = keys_[next_ + nothing];
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
  const auto& map = Kept<BareMap>(state.range(0)).map;
  Round round(state, readers);
  for (auto _ : state) {
    absl::Cord value = map.find(round.Next())->second;
    benchmark::DoNotOptimize(value);
  }
  state.SetItemsProcessed(state.iterations());
}

template <Readers readers>
void BM_StoreGetHit(benchmark::State& state) {
  MemoryCacheStore& store = *Kept<Store>(state.range(0)).store;
  Round round(state, readers);
  size_t hits = 0;
  for (auto _ : state) {
    store.Get(round.Next(), {}, [&hits](absl::StatusOr<std::optional<absl::Cord>> value) {
      if (value->has_value()) ++hits;
      benchmark::DoNotOptimize(value);
    });
  }
  if (hits != state.iterations()) state.SkipWithError("a Get missed");
  state.SetItemsProcessed(state.iterations());
}

// The same where each call waits for the value that the one before returned. Of calls that do not,
// the processor has the next ones begin while the first waits for memory: the more of them, the
// fewer instructions they have.
size_t NothingOf(const absl::Cord& value) { return value.TryFlat()->front() - Value().front(); }

void BM_BareFindAndCopyInTurn(benchmark::State& state) {
  const auto& map = Kept<BareMap>(state.range(0)).map;
  Round round(state, Readers::kOwnKeys);
  size_t nothing = 0;
  for (auto _ : state) {
    const absl::Cord value = map.find(round.Next(nothing))->second;
    nothing = NothingOf(value);
  }
}

void BM_StoreGetHitInTurn(benchmark::State& state) {
  MemoryCacheStore& store = *Kept<Store>(state.range(0)).store;
  Round round(state, Readers::kOwnKeys);
  size_t nothing = 0;
  for (auto _ : state) {
    store.Get(round.Next(nothing), {},
              [&nothing](const absl::StatusOr<std::optional<absl::Cord>>& value) {
                nothing = NothingOf(**value);
              });
  }
}

// The same keys, a hundred at a time. Counts entries.
void BM_StoreBatchGetHits(benchmark::State& state) {
  constexpr size_t kBatch = 100;
  MemoryCacheStore& store = *Kept<Store>(state.range(0)).store;
  Round round(state, Readers::kOwnKeys);
  std::vector<absl::string_view> keys(kBatch);
  size_t hits = 0;
  for (auto _ : state) {
    for (absl::string_view& key : keys) key = round.Next();
    store.BatchGet(keys, {}, [&hits](const absl::StatusOr<BatchGetResults>& results) {
      for (const auto& result : *results) hits += result->has_value() ? 1 : 0;
    });
  }
  if (hits != kBatch * state.iterations()) state.SkipWithError("a Get missed");
  state.SetItemsProcessed(static_cast<int64_t>(kBatch) * state.iterations());
}

// A full contender whose oldest entries make way for new ones, and where that has come to.
template <typename Contender>
struct Churned {
  explicit Churned(size_t entries)
      : contender(entries), keys(Kept<Keys>(entries).all), newest(entries - 1) {}

  const std::string& Next(size_t& place) const {
    if (++place == keys.size()) place = 0;
    return keys[place];
  }
  const std::string& NextOldest() { return Next(oldest); }
  const std::string& NextNew() { return Next(newest); }

  Contender contender;
  const std::vector<std::string>& keys;
  size_t oldest = keys.size() - 1;
  size_t newest;
};

void BM_BareEraseAndInsert(benchmark::State& state) {
  auto& churned = Kept<Churned<BareMap>>(state.range(0));
  auto& map = churned.contender.map;
  for (auto _ : state) {
    map.erase(churned.NextOldest());
    map.emplace(churned.NextNew(), Value());
  }
}

enum class Ttls { kOne, kRandom };

template <Ttls ttls>
struct ChurnedStore : Churned<Store> {
  using Churned::Churned;

  absl::Duration NextTtl() {
    constexpr absl::Duration kLeast = absl::Hours(24);
    if constexpr (ttls == Ttls::kOne) return kLeast;
    return kLeast + absl::Milliseconds(random() % absl::ToInt64Milliseconds(kLeast));
  }

  std::minstd_rand random;
};

template <Ttls ttls>
void BM_StoreSetIntoFull(benchmark::State& state) {
  auto& churned = Kept<ChurnedStore<ttls>>(state.range(0));
  MemoryCacheStore& store = *churned.contender.store;
  for (auto _ : state) {
    store.Set(churned.NextNew(), absl::Cord(Value()), churned.NextTtl(), {}, [](absl::Status) {});
  }
  if (store.GetStats().memory.value().entries != static_cast<size_t>(state.range(0))) {
    state.SkipWithError("the store was not full");
  }
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
  Kept<Keys>(entries);
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
    const BareMap map(entries);
    filled();
    return 0.0;
  });
}

void BM_StoreResident(benchmark::State& state) {
  MeasureResident(state, [](size_t entries, auto filled) {
    const Store filled_store(entries);
    filled();
    return static_cast<double>(filled_store.store->GetStats().memory.value().bytes);
  });
}

constexpr int64_t kSmall = 10'000;
constexpr int64_t kMedium = 1'000'000;
constexpr int64_t kLarge = 10'000'000;

const bool kRegistered = [] {
  const auto add = [](const char* name, auto* function, int64_t entries) {
    return benchmark::RegisterBenchmark(name, function)->Arg(entries)->UseRealTime();
  };
  add("BareResident", BM_BareResident, kMedium)->Iterations(1);
  add("StoreResident", BM_StoreResident, kMedium)->Iterations(1);
  for (const int64_t entries : {kSmall, kMedium, kLarge}) {
    add("BareFindAndCopy", BM_BareFindAndCopy<Readers::kOwnKeys>, entries);
    add("StoreGetHit", BM_StoreGetHit<Readers::kOwnKeys>, entries);
    add("BareFindAndCopyInTurn", BM_BareFindAndCopyInTurn, entries);
    add("StoreGetHitInTurn", BM_StoreGetHitInTurn, entries);
    if (entries < kLarge) {
      add("BareFindAndCopy", BM_BareFindAndCopy<Readers::kOwnKeys>, entries)->Threads(2);
      add("StoreGetHit", BM_StoreGetHit<Readers::kOwnKeys>, entries)->Threads(2);
      add("BareFindAndCopySameKeys", BM_BareFindAndCopy<Readers::kSameKeys>, entries)->Threads(2);
      add("StoreGetHitSameKeys", BM_StoreGetHit<Readers::kSameKeys>, entries)->Threads(2);
    }
    add("StoreBatchGetHits", BM_StoreBatchGetHits, entries);
    add("BareEraseAndInsert", BM_BareEraseAndInsert, entries);
    add("StoreSetIntoFull", BM_StoreSetIntoFull<Ttls::kOne>, entries);
    add("StoreSetIntoFullRandomTtl", BM_StoreSetIntoFull<Ttls::kRandom>, entries);
  }
  return true;
}();

}  // namespace
}  // namespace cachestore

BENCHMARK_MAIN();
