// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_METRICS_PAGES_H_
#define SERVICE_METRICS_METRICS_PAGES_H_

#include "service/metrics/http_listener.h"
#include "service/namespaces.h"
#include "service/server.h"

namespace cachestore {

// What is served on the metrics address, of a server and its stores, which must outlive it:
//   /metrics   all that is counted, in Prometheus's text format
//   /healthz   200 while the service is ready, 503 while it is not
HttpListener::Pages MetricsPages(const Server& server, const Namespaces& stores);

}  // namespace cachestore

#endif  // SERVICE_METRICS_METRICS_PAGES_H_
