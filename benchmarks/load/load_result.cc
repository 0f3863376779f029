// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/load_result.h"

#include "absl/strings/str_format.h"

namespace cachestore {

std::string ToJson(const LoadResult& result, absl::string_view how) {
  const auto micros = [&](double share) {
    return absl::ToDoubleMicroseconds(result.latency.Quantile(share));
  };
  const double seconds = absl::ToDoubleSeconds(result.time);
  return absl::StrFormat(
      R"({%s,"calls":%d,"seconds":%.3f,"calls_per_second":%.0f,"failed":%d,"refused":%d,"cpu_seconds":%.3f,)"
      R"("latency_us":{"mean":%.1f,"p50":%.1f,"p90":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f}})",
      how, result.latency.count(), seconds, static_cast<double>(result.latency.count()) / seconds,
      result.failed, result.refused, absl::ToDoubleSeconds(result.cpu_time),
      absl::ToDoubleMicroseconds(result.latency.Mean()), micros(0.5), micros(0.9), micros(0.99),
      micros(0.999), absl::ToDoubleMicroseconds(result.latency.Max()));
}

}  // namespace cachestore
