// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_FLOOR_ASYNC_FLOOR_H_
#define BENCHMARKS_FLOOR_ASYNC_FLOOR_H_

#include <cstddef>
#include <memory>

#include "benchmarks/floor/floor.h"

namespace cachestore {

// By completion queues: one and one thread for each of `threads`. Messages are parsed and written
// by protobuf, and replies are empty.
std::unique_ptr<Floor> TypedAsyncFloor(size_t threads);

// The same with messages as gRPC has them, which nobody looks into. A Get is answered with a value
// of `value_bytes`, shared by all replies; 0 is a miss.
std::unique_ptr<Floor> RawAsyncFloor(size_t threads, size_t value_bytes);

}  // namespace cachestore

#endif  // BENCHMARKS_FLOOR_ASYNC_FLOOR_H_
