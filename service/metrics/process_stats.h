// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_PROCESS_STATS_H_
#define SERVICE_METRICS_PROCESS_STATS_H_

#include "absl/time/time.h"
#include "protos/admin.pb.h"

namespace cachestore {

// Of this process, now.
v1::ProcessStats ReadProcessStats();

// When it was started.
absl::Time ProcessStart();

}  // namespace cachestore

#endif  // SERVICE_METRICS_PROCESS_STATS_H_
