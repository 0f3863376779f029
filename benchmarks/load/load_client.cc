// SPDX-License-Identifier: Apache-2.0

// A client under load, for the benchmarks: calls a cache service that runs already, checks every
// answer, and prints what it measured as one line of JSON.
//
//   load_client --target 127.0.0.1:50051 --client store --op get_hit --prefill
//   load_client --target 127.0.0.1:50051 --client stub --op get_hit --rate 20000
//   load_client --target 127.0.0.1:50051 --client store --op get_hit --idle_seconds 70
//
// Without --rate and --idle_seconds a closed loop: --in_flight calls at a time.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/load/load.h"
#include "benchmarks/load/load_result.h"
#include "benchmarks/load/store_client.h"
#include "benchmarks/load/stub_client.h"
#include "benchmarks/load/workload.h"
#include "client/remote_cache_store.h"
#include "stores/blocking_cache_store.h"

namespace cachestore {
namespace {

struct Flags {
  std::string target;
  std::string client = "store";
  std::string op = "get_hit";
  size_t keys = 10'000;
  size_t value_bytes = 64;
  bool prefill = false;
  int in_flight = 64;
  double seconds = 5;
  double warmup_seconds = 1;
  double rate = 0;
  int max_in_flight = 10'000;
  double idle_seconds = 0;
  int calls_after_idle = 100;
  int stub_threads = 2;
  size_t max_calls = Coalescing().max_calls;
};

const std::map<std::string, LoadOperation>& Operations() {
  static const auto& operations = *new std::map<std::string, LoadOperation>{
      {"get_hit", LoadOperation::kGetHit}, {"get_miss", LoadOperation::kGetMiss},
      {"set", LoadOperation::kSet},        {"exists", LoadOperation::kExists},
      {"delete", LoadOperation::kDelete},
  };
  return operations;
}

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--target", flags.target, "host:port of the service")->required();
  app.add_option(
         "--client", flags.client,
         "stub: the generated asynchronous stub; store: RemoteCacheStore; coalescing: the same "
         "with its calls travelling together")
      ->check(CLI::IsMember({"stub", "store", "coalescing"}));
  app.add_option("--max_calls", flags.max_calls, "Coalescing::max_calls");
  app.add_option("--op", flags.op, "what is called")
      ->check(CLI::IsMember({"get_hit", "get_miss", "set", "exists", "delete"}));
  app.add_option("--keys", flags.keys, "how many keys there are, of 15 bytes each")
      ->check(CLI::PositiveNumber);
  app.add_option("--value_bytes", flags.value_bytes, "how large a value is");
  app.add_flag("--prefill", flags.prefill, "store all keys before");
  app.add_option("--in_flight", flags.in_flight, "calls at a time")->check(CLI::PositiveNumber);
  app.add_option("--seconds", flags.seconds, "how long to measure");
  app.add_option("--warmup_seconds", flags.warmup_seconds, "how long to call before that");
  app.add_option("--rate", flags.rate,
                 "open loop: so many calls begin in a second, at equal intervals; their latency "
                 "counts from when they were due");
  app.add_option("--max_in_flight", flags.max_in_flight,
                 "open loop: a call beyond so many in flight has failed");
  app.add_option("--idle_seconds", flags.idle_seconds,
                 "warm up with one call at a time, be idle for so long, then measure");
  app.add_option("--calls_after_idle", flags.calls_after_idle,
                 "how many calls to measure then, one at a time");
  app.add_option("--stub_threads", flags.stub_threads,
                 "the threads of the stub's completion queue; RemoteCacheStore has half as many "
                 "as cores, and at least 2")
      ->check(CLI::PositiveNumber);
}

absl::Status Prefill(const std::string& url, const Flags& flags) {
  const auto store = RemoteCacheStore::Create({.url = url, .default_timeout = absl::Minutes(1)});
  if (!store.ok()) return store.status();
  BlockingCacheStore cache(**store);
  const Workload entries(LoadOperation::kSet, flags.keys, flags.value_bytes);
  std::string value = entries.NewValue();
  constexpr size_t kBatch = 1000;
  for (size_t begin = 0; begin < flags.keys; begin += kBatch) {
    std::vector<SetEntry> batch;
    for (size_t i = begin; i < std::min(begin + kBatch, flags.keys); ++i) {
      entries.WriteValue(i, value);
      batch.push_back(
          {.key = entries.Key(i), .value = absl::Cord(value), .options = {.ttl = absl::Hours(24)}});
    }
    const absl::StatusOr<BatchBoolResults> stored = cache.BatchSet(std::move(batch));
    if (!stored.ok()) return stored.status();
  }
  return absl::OkStatus();
}

LoadResult Run(LoadClient& client, const Flags& flags) {
  const Workload workload(Operations().at(flags.op), flags.keys, flags.value_bytes);
  const absl::Duration warmup = absl::Seconds(flags.warmup_seconds);
  const absl::Duration time = absl::Seconds(flags.seconds);
  if (flags.idle_seconds > 0) {
    return RunAfterIdle(client, workload, warmup, absl::Seconds(flags.idle_seconds),
                        flags.calls_after_idle);
  }
  if (flags.rate > 0) {
    return RunOpenLoop(client, workload, flags.rate, flags.max_in_flight, warmup, time);
  }
  return RunClosedLoop(client, workload, flags.in_flight, warmup, time);
}

void Print(const Flags& flags, const LoadResult& result) {
  std::string mode = absl::StrFormat(R"("loop":"closed","in_flight":%d)", flags.in_flight);
  if (flags.rate > 0) mode = absl::StrFormat(R"("loop":"open","rate":%g)", flags.rate);
  if (flags.idle_seconds > 0) {
    mode = absl::StrFormat(R"("loop":"after_idle","idle_seconds":%g)", flags.idle_seconds);
  }
  const std::string how =
      absl::StrFormat(R"("client":"%s","op":"%s",%s,"value_bytes":%d,"keys":%d)", flags.client,
                      flags.op, mode, flags.value_bytes, flags.keys);
  absl::PrintF("%s\n", ToJson(result, how));
}

int Fail(const absl::Status& status) {
  absl::FPrintF(stderr, "load_client: %s\n", status.ToString());
  return 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Calls a cache service, checks the answers, and prints rate and latency as JSON.");
  Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const std::string url = absl::StrCat("grpc://", flags.target);
  if (flags.prefill) {
    if (const absl::Status status = Prefill(url, flags); !status.ok()) return Fail(status);
  }
  if (flags.client == "stub") {
    Print(flags, Run(*NewStubClient(flags.target, flags.stub_threads), flags));
    return 0;
  }
  RemoteCacheStore::Options options = {.url = url};
  if (flags.client == "coalescing") options.coalescing = {.max_calls = flags.max_calls};
  const auto store = RemoteCacheStore::Create(options);
  if (!store.ok()) return Fail(store.status());
  Print(flags, Run(*NewStoreClient(**store), flags));
  return 0;
}

}  // namespace
}  // namespace cachestore

// NOLINTNEXTLINE(bugprone-exception-escape): what nobody expected ends the process, loudly.
int main(int argc, char** argv) { return cachestore::Main(argc, argv); }
