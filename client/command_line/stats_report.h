// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_STATS_REPORT_H_
#define CLIENT_COMMAND_LINE_STATS_REPORT_H_

#include <string>

#include "client/command_line/stats_figures.h"
#include "protos/admin.pb.h"

namespace cachestore {

// ready; or not ready, and why.
std::string VerdictOf(const v1::StatsResponse& stats);

// cache_server 1.0, backend memory, up 3 d 4 h.
std::string IdentityOf(const v1::StatsResponse& stats);

// 1.2 MiB of 1.0 GiB (0.1 %), 12 of 10000 entries.
std::string MemoryLine(const MemoryFigures& memory);

// connected, 0 lost, 0 failed attempts, 0 commands in flight; slots without a master, too.
std::string RedisLine(const RedisFigures& redis);

// What `cachectl stats` prints for people.
std::string StatsReport(const v1::StatsResponse& stats);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_STATS_REPORT_H_
