// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_LATENCY_REPORT_H_
#define CLIENT_COMMAND_LINE_LATENCY_REPORT_H_

#include <string>
#include <vector>

#include "client/command_line/json.h"
#include "client/command_line/stats_figures.h"

namespace cachestore {

// How long calls took, under `title`: a row for each method that was called, one for the round
// trips to Redis if there were any, and, of several nodes of Redis, one for those to each.
std::string LatencyReport(const std::string& title, const Figures& figures);

// The same rows; durations in seconds.
std::vector<JsonObject> LatencyJson(const Figures& figures);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_LATENCY_REPORT_H_
