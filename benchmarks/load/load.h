// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_LOAD_H_
#define BENCHMARKS_LOAD_LOAD_H_

#include "absl/time/time.h"
#include "benchmarks/load/load_result.h"
#include "benchmarks/load/workload.h"

namespace cachestore {

// Each of these calls keys at random, first for a while that does not count, and names the first
// error on stderr.

// Closed loop: keeps `in_flight` calls in flight, each begun in the callback of the one before.
LoadResult RunClosedLoop(LoadClient& client, const Workload& workload, int in_flight,
                         absl::Duration warmup, absl::Duration time);

// Open loop: begins calls at fixed intervals, however long the others take, and measures each from
// when it should have begun: a server that stalls delays all the calls that were due meanwhile
// (without what Gil Tene calls coordinated omission). Fails calls beyond `most_in_flight`.
LoadResult RunOpenLoop(LoadClient& client, const Workload& workload, double calls_per_second,
                       int most_in_flight, absl::Duration warmup, absl::Duration time);

// Makes calls one after the other: for `warmup`, then none for `idle`, then `calls` that count.
LoadResult RunAfterIdle(LoadClient& client, const Workload& workload, absl::Duration warmup,
                        absl::Duration idle, int calls);

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_LOAD_H_
