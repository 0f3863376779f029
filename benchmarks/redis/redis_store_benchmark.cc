// SPDX-License-Identifier: Apache-2.0

// The Redis store beside its peers, in one run on one redis-server: redis-benchmark, with and
// without a pipeline, and callers that each block on a hiredis connection of their own.
//
//   ./dev build //benchmarks/redis/... && bazel-bin/benchmarks/redis/redis_store_benchmark
//
// Keys have 15 bytes, values 64. items_per_second is what to compare.
#include <benchmark/benchmark.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "stores/blocking_cache_store.h"
#include "stores/mutex.h"
#include "stores/redis/redis_cache_store.h"

namespace cachestore {
namespace {

constexpr int kCallers = 64;
constexpr int kCallsPerCaller = 10'000;
constexpr int kKeys = 10'000;
constexpr int kPort = 16379;
const std::string& Value() {
  static const std::string& value = *new std::string(64, 'v');
  return value;
}

const std::string& Key(int i) {
  static const std::vector<std::string>& keys = *[] {
    auto* const made = new std::vector<std::string>;
    for (int key = 0; key < kKeys; ++key) made->push_back(absl::StrFormat("key:%011d", key));
    return made;
  }();
  return keys[i % kKeys];
}

// The server that all of them talk to.
class Server {
 public:
  Server() {
    Start();
    const auto store = RedisCacheStore::Create({.url = Url()}).value();
    BlockingCacheStore cache(*store);
    for (int i = 0; i < kKeys; ++i) {
      (void)cache.Set(Key(i), absl::Cord(Value()), absl::Hours(1));
    }
  }
  ~Server() { Kill(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Returns when it answers.
  void Start() {
    const std::string port = absl::StrCat(kPort);
    std::vector<std::string> arguments = {"redis-server", "--port",    port,       "--bind",
                                          "127.0.0.1",    "--save",    "",         "--appendonly",
                                          "no",           "--logfile", "/dev/null"};
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawnp(&pid_, argv[0], nullptr, nullptr, argv.data(), environ);
    while (!Run("PING")) usleep(100);  // Nothing tells when it listens.
  }
  void Kill() const {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  // Whether it has answered `command`, on a connection of its own.
  static bool Run(const char* command) {
    redisContext* const context = redisConnect("127.0.0.1", kPort);
    void* const reply = context->err == 0 ? redisCommand(context, command) : nullptr;
    if (reply != nullptr) freeReplyObject(reply);
    redisFree(context);
    return reply != nullptr;
  }

  static std::string Url() { return absl::StrCat("redis://127.0.0.1:", kPort, "/0"); }

 private:
  pid_t pid_ = 0;
};

Server* server = nullptr;

// The resident memory of this process, in KiB.
double ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

// One of many callers: makes its next call when the one before has been answered.
class Caller {
 public:
  Caller(CacheStore& store, bool sets, int first_key, std::atomic<int>& running, CondVar& changed,
         Mutex& mutex)
      : store_(store),
        sets_(sets),
        next_key_(first_key),
        running_(running),
        changed_(changed),
        mutex_(mutex) {}

  void Next() {
    if (left_-- == 0) {
      const MutexLock lock(mutex_);
      --running_;
      changed_.NotifyAll();
      return;
    }
    const std::string& key = Key(next_key_++);
    if (sets_) {
      store_.Set(key, absl::Cord(Value()), absl::Hours(1), {}, [this](absl::Status) { Next(); });
    } else {
      store_.Get(key, {}, [this](auto) { Next(); });
    }
  }

 private:
  CacheStore& store_;
  const bool sets_;
  int next_key_;
  int left_ = kCallsPerCaller;
  std::atomic<int>& running_;
  CondVar& changed_;
  Mutex& mutex_;
};

// All callers' calls.
void RunCallers(CacheStore& store, bool sets) {
  std::atomic<int> running = kCallers;
  Mutex mutex;
  CondVar changed;
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(std::make_unique<Caller>(store, sets, i * 997, running, changed, mutex));
  }
  for (const auto& caller : callers) caller->Next();
  MutexLock lock(mutex);
  while (running > 0) changed.Wait(mutex);
}

// The callers over the Redis at `url`, and how much memory they leave behind once warm.
void Store(benchmark::State& state, const std::string& url, bool sets) {
  const auto store = RedisCacheStore::Create({.url = url}).value();
  RunCallers(*store, sets);
  const double before = ResidentKib();
  for (auto _ : state) RunCallers(*store, sets);
  state.SetItemsProcessed(state.iterations() * kCallers * kCallsPerCaller);
  state.counters["grown_KiB"] = ResidentKib() - before;
}
void StoreGet64(benchmark::State& state) { Store(state, Server::Url(), false); }
void StoreSet64(benchmark::State& state) { Store(state, Server::Url(), true); }

// Nobody listens there: every call fails, and its caller makes the next one at once.
void StoreOutage64(benchmark::State& state) { Store(state, "redis://127.0.0.1:1", false); }

// One caller that waits for a batch of 100 keys, all of them there, before it asks for the next.
constexpr int kBatchKeys = 100;
void StoreBatchGet100(benchmark::State& state) {
  const auto store = RedisCacheStore::Create({.url = Server::Url()}).value();
  BlockingCacheStore cache(*store);
  int first = 0;
  for (auto _ : state) {
    std::vector<std::string> keys;
    for (int i = 0; i < kBatchKeys; ++i) keys.push_back(Key(first++));
    const auto results = cache.BatchGet(keys);
    if (!results.ok() || !results->back().ok() || !results->back()->has_value()) {
      state.SkipWithError("a key was not there");
    }
  }
  state.SetItemsProcessed(state.iterations() * kBatchKeys);
}

// The same number of callers, each a thread that waits.
void Threads(benchmark::State& state, void (*call)(int caller, int calls)) {
  constexpr int kCalls = kCallsPerCaller / 10;
  for (auto _ : state) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kCallers; ++i) threads.emplace_back(call, i, kCalls);
    for (std::thread& thread : threads) thread.join();
  }
  state.SetItemsProcessed(state.iterations() * kCallers * kCalls);
}

void HiredisBlockingGet64(benchmark::State& state) {
  Threads(state, [](int caller, int calls) {
    redisContext* const context = redisConnect("127.0.0.1", kPort);
    for (int i = 0; i < calls; ++i) {
      const std::string& key = Key(caller * 997 + i);
      freeReplyObject(redisCommand(context, "GET cache:%b", key.data(), key.size()));
    }
    redisFree(context);
  });
}

CacheStore* shared_store = nullptr;
void StoreBlockingGet64(benchmark::State& state) {
  const auto store = RedisCacheStore::Create({.url = Server::Url()}).value();
  shared_store = store.get();
  Threads(state, [](int caller, int calls) {
    BlockingCacheStore cache(*shared_store);
    for (int i = 0; i < calls; ++i) (void)cache.Get(Key(caller * 997 + i));
  });
}

// How long after a fault calls succeed again.
void Recovery(benchmark::State& state, void (*fail)(Server& server)) {
  const auto store = RedisCacheStore::Create({.url = Server::Url()}).value();
  BlockingCacheStore cache(*store);
  for (auto _ : state) {
    // A connection that was lost at once after the one before would wait.
    const absl::Time stable = absl::Now() + absl::Milliseconds(200);
    while (absl::Now() < stable || !cache.Ping().ok()) {
    }
    fail(*server);
    const absl::Time failed = absl::Now();
    while (!cache.Ping().ok()) {
    }
    state.SetIterationTime(absl::ToDoubleSeconds(absl::Now() - failed));
  }
}

void RecoveryFromReset(benchmark::State& state) {
  Recovery(state, [](Server&) { Server::Run("CLIENT KILL TYPE normal"); });
}

// Since the server that was killed answers again.
void RecoveryFromRestart(benchmark::State& state) {
  Recovery(state, [](Server& server) {
    server.Kill();
    usleep(700'000);  // Until the pauses between attempts are at their longest.
    server.Start();
  });
}

// What redis-benchmark itself measures.
void RedisBenchmark(benchmark::State& state, const char* test, int pipeline) {
  double rate = 0;
  for (auto _ : state) {
    const std::string command =
        absl::StrCat("redis-benchmark -p ", kPort, " -t ", test, " -c ",
                     kCallers / (pipeline > 1 ? 4 : 1), " -P ", pipeline, " -d 64 -r ", kKeys,
                     " -n ", pipeline > 1 ? 4'000'000 : 300'000, " --csv");
    FILE* const output = popen(command.c_str(), "r");
    char line[1024];
    while (fgets(line, sizeof(line), output) != nullptr) {
      const std::vector<std::string> columns = absl::StrSplit(line, '"');
      if (columns.size() > 3) (void)absl::SimpleAtod(columns[3], &rate);
    }
    pclose(output);
  }
  state.counters["items_per_second"] = rate;
}

BENCHMARK(StoreGet64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(StoreSet64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(StoreBatchGet100)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(StoreOutage64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(StoreBlockingGet64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(HiredisBlockingGet64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(RecoveryFromReset)->Iterations(20)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(RecoveryFromRestart)->Iterations(20)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(RedisBenchmark, get_P32, "get", 32)->Iterations(1)->UseRealTime();
BENCHMARK_CAPTURE(RedisBenchmark, set_P32, "set", 32)->Iterations(1)->UseRealTime();
BENCHMARK_CAPTURE(RedisBenchmark, get_P1, "get", 1)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace cachestore

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  cachestore::Server server;
  cachestore::server = &server;
  benchmark::RunSpecifiedBenchmarks();
}
