// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/bench.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"
#include "client/command_line/figures.h"
#include "client/command_line/json.h"
#include "client/command_line/output.h"
#include "client/command_line/table.h"

namespace cachestore {
namespace {

struct Row {
  std::string name;
  LoadCounts counts;
};

std::vector<Row> RowsOf(const LoadResult& result) {
  Row all = {.name = "all", .counts = result.gets};
  all.counts.latency.Add(result.sets.latency);
  all.counts.errors += result.sets.errors;
  all.counts.not_begun += result.sets.not_begun;
  return {{.name = "Get", .counts = result.gets}, {.name = "Set", .counts = result.sets}, all};
}

struct Column {
  const char* name;
  double share;
};
constexpr std::array<Column, 4> kPercentiles = {Column{"p50", 0.5}, Column{"p90", 0.9},
                                                Column{"p99", 0.99}, Column{"p99.9", 0.999}};

std::string InCsv(const std::vector<Row>& rows) {
  std::string csv = "method,calls,errors,not_begun,mean,p50,p90,p99,p99.9,max\n";
  for (const Row& row : rows) {
    const LatencyBuckets& latency = row.counts.latency;
    absl::StrAppendFormat(&csv, "%s,%d,%d,%d,%.9f", row.name, latency.total(), row.counts.errors,
                          row.counts.not_begun, absl::ToDoubleSeconds(latency.Mean()));
    for (const Column& column : kPercentiles) {
      absl::StrAppendFormat(&csv, ",%.9f", absl::ToDoubleSeconds(latency.Percentile(column.share)));
    }
    absl::StrAppendFormat(&csv, ",%.9f\n", absl::ToDoubleSeconds(latency.Max()));
  }
  return csv;
}

JsonObject ObjectOf(const Row& row) {
  const LatencyBuckets& latency = row.counts.latency;
  JsonObject object;
  object.Text("method", row.name)
      .Count("calls", latency.total())
      .Count("errors", row.counts.errors)
      .Count("not_begun", row.counts.not_begun);
  object.Number("mean", absl::ToDoubleSeconds(latency.Mean()));
  for (const Column& column : kPercentiles) {
    object.Number(column.name, absl::ToDoubleSeconds(latency.Percentile(column.share)));
  }
  return object.Number("max", absl::ToDoubleSeconds(latency.Max()));
}

double RateOf(const LoadResult& result) {
  const double seconds = absl::ToDoubleSeconds(result.took);
  const uint64_t calls = result.gets.latency.total() + result.sets.latency.total();
  return seconds > 0 ? static_cast<double>(calls) / seconds : 0;
}

std::string InJson(const BenchArguments& arguments, const LoadResult& result,
                   const std::vector<Row>& rows) {
  std::vector<JsonObject> methods;
  methods.reserve(rows.size());
  for (const Row& row : rows) methods.push_back(ObjectOf(row));
  JsonObject object;
  object.Count("rate_asked", arguments.plan.rate).Number("rate", RateOf(result));
  object.Number("seconds", absl::ToDoubleSeconds(result.took)).Count("hits", result.hits);
  return absl::StrCat(object.List("methods", methods).ToString(), "\n");
}

std::string InText(const BenchArguments& arguments, const LoadResult& result,
                   const std::vector<Row>& rows) {
  Table table({"from the intended start", "calls", "errors", "not begun", "mean", "p50", "p90",
               "p99", "p99.9", "max"});
  for (const Row& row : rows) {
    const LatencyBuckets& latency = row.counts.latency;
    std::vector<std::string> cells = {
        row.name, absl::StrCat(latency.total()), absl::StrCat(row.counts.errors),
        absl::StrCat(row.counts.not_begun), FormatSeconds(absl::ToDoubleSeconds(latency.Mean()))};
    for (const Column& column : kPercentiles) {
      cells.push_back(FormatSeconds(absl::ToDoubleSeconds(latency.Percentile(column.share))));
    }
    cells.push_back(FormatSeconds(absl::ToDoubleSeconds(latency.Max())));
    table.Add(std::move(cells));
  }
  const uint64_t not_begun = rows.back().counts.not_begun;
  const std::string not_reached =
      not_begun == 0 ? ""
                     : absl::StrCat("The rate was not reached: ", not_begun,
                                    " calls were due and had not begun when the time was over.\n");
  const std::string hit_ratio = FormatShare(static_cast<double>(result.hits),
                                            static_cast<double>(result.gets.latency.total()));
  return absl::StrCat(FormatNumber(RateOf(result)), " calls/s of ", arguments.plan.rate,
                      " asked for, ", FormatSeconds(absl::ToDoubleSeconds(result.took)),
                      ", hit ratio ", hit_ratio, "\n", not_reached, "\n", table.ToString());
}

}  // namespace

std::string BenchReport(const BenchArguments& arguments, const LoadResult& result) {
  const std::vector<Row> rows = RowsOf(result);
  switch (arguments.form) {
    case BenchForm::kText:
      return InText(arguments, result, rows);
    case BenchForm::kJson:
      return InJson(arguments, result, rows);
    case BenchForm::kCsv:
      break;
  }
  return InCsv(rows);
}

ExitCode Bench(CacheStore& store, const Target& target, const BenchArguments& arguments) {
  Load load(store, arguments.plan, target.timeout);
  if (const absl::Status stored = load.StoreKeys(); !stored.ok()) return Fail("bench", stored);
  const bool shows_progress = StderrIsTerminal();
  const uint64_t calls = arguments.plan.Calls();
  const LoadResult result = load.Run([&](uint64_t due) {
    if (shows_progress) absl::FPrintF(stderr, "\r%d of %d calls\x1b[K", due, calls);
  });
  if (shows_progress) absl::FPrintF(stderr, "\r\x1b[K");
  const ExitCode printed = Print("bench", BenchReport(arguments, result));
  if (printed != ExitCode::kOk || result.first_error.ok()) return printed;
  return Fail("bench", result.first_error);
}

}  // namespace cachestore
