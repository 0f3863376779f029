// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_METRICS_PAGES_H_
#define SERVICE_METRICS_METRICS_PAGES_H_

#include <optional>

#include "service/metrics/http_listener.h"
#include "service/metrics/stats_source.h"
#include "service/metrics/status_page.h"

namespace cachestore {

// What is served on the metrics address. `stats` must outlive it. Without `settings` others than
// operators may look, who are told of what kind the reason is that the service is not ready, and
// not the reason, which names its backend.
//   /             what people see of the service, with its settings
//   /metrics      all that is counted, in Prometheus's text format
//   /healthz      200 while the service is ready, 503 while it is not
//   /stats.json   what the Stats RPC answers, with its history, in protobuf's JSON
HttpListener::Pages MetricsPages(const StatsSource& stats, std::optional<SettingTexts> settings);

}  // namespace cachestore

#endif  // SERVICE_METRICS_METRICS_PAGES_H_
