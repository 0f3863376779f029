// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/families.h"
#include "service/metrics/family.h"

namespace cachestore {

MetricFamilies StoreFamilies(const NamedStats& stores) {
  Family entries = Family::Gauges("cachestore_entries", "Entries that are held now.");
  Family bytes = Family::Gauges("cachestore_bytes", "What they take: keys, values and overhead.");
  Family max_entries = Family::Gauges("cachestore_max_entries", "Entries that may be held.");
  Family max_bytes = Family::Gauges("cachestore_max_bytes", "What they may take.");
  Family evicted = Family::Counters("cachestore_evictions_total",
                                    "Live entries that were dropped to make room, by the cap.");
  Family expired =
      Family::Counters("cachestore_expirations_total", "Entries dropped as they had expired.");
  for (const auto& [name, stats] : stores) {
    if (!stats.memory.has_value()) continue;
    const MetricLabels labels = {{"namespace", name}};
    entries.Add(labels, static_cast<double>(stats.memory->entries));
    bytes.Add(labels, static_cast<double>(stats.memory->bytes));
    max_entries.Add(labels, static_cast<double>(stats.memory->max_entries));
    max_bytes.Add(labels, static_cast<double>(stats.memory->max_bytes));
    expired.Add(labels, static_cast<double>(stats.memory->expired));
    evicted.Add({{"namespace", name}, {"cap", "entries"}},
                static_cast<double>(stats.memory->evicted_for_entries));
    evicted.Add({{"namespace", name}, {"cap", "bytes"}},
                static_cast<double>(stats.memory->evicted_for_bytes));
  }
  MetricFamilies families;
  for (Family* const family : {&entries, &bytes, &max_entries, &max_bytes, &evicted, &expired}) {
    families.push_back(std::move(*family).Take());
  }
  return families;
}

}  // namespace cachestore
