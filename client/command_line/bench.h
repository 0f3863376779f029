// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_BENCH_H_
#define CLIENT_COMMAND_LINE_BENCH_H_

#include <string>

#include "client/command_line/exit_code.h"
#include "client/command_line/load.h"
#include "client/command_line/target.h"
#include "stores/cache_store.h"

namespace cachestore {

enum class BenchForm { kText, kJson, kCsv };

struct BenchArguments {
  LoadPlan plan;
  BenchForm form = BenchForm::kText;
};

// What is printed of a result.
std::string BenchReport(const BenchArguments& arguments, const LoadResult& result);

// Puts a load on a service and prints how it fared; how far it is on stderr, if that is a terminal.
// The entries are left to expire, a minute later. Exits by the first error, if there was one.
ExitCode Bench(CacheStore& store, const Target& target, const BenchArguments& arguments);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_BENCH_H_
