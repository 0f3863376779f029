// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/metrics_pages.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

#include "service/metrics/families.h"

namespace cachestore {
namespace {

std::string Metrics(const Server& server, const Namespaces& stores) {
  MetricFamilies families = ProcessFamilies();
  families.push_back(
      Gauge("cachestore_ready", "1 while the service is ready for calls.", server.ready() ? 1 : 0));
  // In this order: a call that begins and ends meanwhile makes no number below zero.
  const uint64_t finished = server.counts().finished.load();
  const uint64_t started = server.counts().started.load();
  families.push_back(Gauge("cachestore_rpc_in_flight", "RPCs that have begun and not ended.",
                           static_cast<double>(started - finished)));
  const auto add = [&families](MetricFamilies more) {
    std::ranges::move(more, std::back_inserter(families));
  };
  if (server.call_metrics() != nullptr) {
    add(CallFamilies(server.methods(), *server.call_metrics()));
  }
  add(StoreFamilies(stores.GetStats()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace

HttpListener::Pages MetricsPages(const Server& server, const Namespaces& stores) {
  return {
      {"/metrics",
       [&server, &stores] {
         return HttpListener::Page{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                                   .body = Metrics(server, stores)};
       }},
      {"/healthz",
       [&server] {
         const bool ready = server.ready();
         return HttpListener::Page{.status = ready ? 200 : 503,
                                   .content_type = "text/plain; charset=utf-8",
                                   .body = ready ? "ready\n" : "not ready\n"};
       }},
  };
}

}  // namespace cachestore
