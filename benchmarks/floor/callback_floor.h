// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_FLOOR_CALLBACK_FLOOR_H_
#define BENCHMARKS_FLOOR_CALLBACK_FLOOR_H_

#include <memory>

#include "benchmarks/floor/floor.h"

namespace cachestore {

// By gRPC's callbacks, on threads of its own. Replies are empty.
std::unique_ptr<Floor> CallbackFloor();

// The same, with both messages of a call on an arena.
std::unique_ptr<Floor> ArenaCallbackFloor();

}  // namespace cachestore

#endif  // BENCHMARKS_FLOOR_CALLBACK_FLOOR_H_
