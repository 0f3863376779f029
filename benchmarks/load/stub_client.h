// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_STUB_CLIENT_H_
#define BENCHMARKS_LOAD_STUB_CLIENT_H_

#include <memory>
#include <string>

#include "benchmarks/load/workload.h"

namespace cachestore {

// Calls through the asynchronous stub that protoc generates, on a completion queue of its own that
// `threads` serve: the least that a gRPC client in C++ can do. Its calls have the deadline that
// those of a RemoteCacheStore have. Connects to `target`, host:port. To be destroyed when no call
// is in flight.
std::unique_ptr<LoadClient> NewStubClient(const std::string& target, int threads);

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_STUB_CLIENT_H_
