// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_STATUS_PAGE_H_
#define SERVICE_METRICS_STATUS_PAGE_H_

#include <string>
#include <utility>
#include <vector>

#include "protos/admin.pb.h"

namespace cachestore {

// Settings by their names, for people.
using SettingTexts = std::vector<std::pair<std::string, std::string>>;

// What a browser shows of a service: one page that stands for itself, with numbers and charts. By
// its script it is renewed every two seconds; without, every ten. `stats` has its history.
std::string StatusPage(const v1::StatsResponse& stats, const SettingTexts& settings);

}  // namespace cachestore

#endif  // SERVICE_METRICS_STATUS_PAGE_H_
