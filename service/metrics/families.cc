// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/families.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "service/metrics/family.h"

namespace cachestore {

namespace {

// The family of a single metric, without labels.
template <typename Number>
Family Single(Family family, Number value) {
  family.Add({}, static_cast<double>(value));
  return family;
}

// Of a transport without a bound, their number alone.
MetricFamilies ConnectionFamilies(const v1::ConnectionStats& connections) {
  Family open = Single(Family::Gauges("cachestore_connections", "Connections of callers."),
                       connections.open());
  if (connections.max_open() == 0) return TakeAll({std::move(open)});
  return TakeAll(
      {std::move(open),
       Single(Family::Gauges("cachestore_max_connections", "Connections that there may be."),
              connections.max_open()),
       Single(Family::Counters("cachestore_connections_refused_total",
                               "Connections hung up on: too many, or no descriptor left."),
              connections.refused())});
}

}  // namespace

MetricFamilies FamiliesOf(const v1::StatsResponse& stats) {
  MetricFamilies families = ProcessFamilies(stats);
  std::ranges::move(CallFamilies(stats), std::back_inserter(families));
  std::ranges::move(StoreFamilies(stats), std::back_inserter(families));
  return families;
}

MetricFamilies ProcessFamilies(const v1::StatsResponse& stats) {
  constexpr double kNanosPerSecond = 1e9;
  const v1::ProcessStats& process = stats.process();
  Family build = Family::Gauges("cachestore_build_info", "1, with the version as a label.");
  build.Add({{"version", stats.version()}}, 1);
  const auto gauge = [](absl::string_view name, absl::string_view help, auto value) {
    return Single(Family::Gauges(name, help), value);
  };
  const int64_t started = google::protobuf::util::TimeUtil::TimestampToNanoseconds(stats.started());
  MetricFamilies families = TakeAll({
      std::move(build),
      Single(Family::Counters("process_cpu_seconds_total", "Processor time that was used."),
             process.cpu_seconds()),
      gauge("cachestore_threads", "Threads that answer calls.", stats.threads()),
      gauge("cachestore_ready", "1 while the service is ready for calls.", stats.ready()),
      gauge("process_resident_memory_bytes", "Memory that is resident.", process.resident_bytes()),
      gauge("process_virtual_memory_bytes", "Addresses that are reserved.",
            process.virtual_bytes()),
      gauge("process_start_time_seconds", "When it was started, since the epoch.",
            static_cast<double>(started) / kNanosPerSecond),
      gauge("process_open_fds", "Descriptors that are open.", process.open_descriptors()),
      gauge("process_max_fds", "Descriptors that may be.", process.max_descriptors()),
  });
  std::ranges::move(ConnectionFamilies(stats.connections()), std::back_inserter(families));
  return families;
}

}  // namespace cachestore
