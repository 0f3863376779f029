// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_STATUS_TABLES_H_
#define SERVICE_METRICS_STATUS_TABLES_H_

#include <string>

#include "protos/admin.pb.h"
#include "service/metrics/status_page.h"

namespace cachestore {

// The tables of the status page, in HTML. Empty where there is nothing to show.

// A row for each namespace, if there are any.
std::string NamespaceTable(const v1::StatsResponse& stats);

// A row for each method that was called.
std::string MethodTableHtml(const v1::StatsResponse& stats);

std::string SettingTable(const SettingTexts& settings);

}  // namespace cachestore

#endif  // SERVICE_METRICS_STATUS_TABLES_H_
