// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_CALL_SCRIPT_H_
#define BENCHMARKS_LOAD_CALL_SCRIPT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/cord.h"

namespace cachestore {

// What is asked, and what must be answered: made before anything is measured, so that a call costs
// its caller little more than what goes through the sockets.
struct CallScript {
  struct Exchange {
    absl::Cord request;
    std::string reply;
  };

  std::string path;  // Of all requests; Redis has none.
  std::vector<Exchange> exchanges;
};

enum class ScriptedOperation {
  kGet,  // Hits.
  kSet,
  kBatchGet,  // Of kBatchKeys keys each.
  kBatchSet,
};

inline constexpr size_t kBatchKeys = 100;

struct ScriptOptions {
  ScriptedOperation operation = ScriptedOperation::kGet;

  // Each is 15 bytes long, and its value begins with it, as Workload has them. Of batches they are
  // rounded up to whole ones.
  size_t keys = 1'000;
  size_t value_bytes = 64;
};

// As messages of a cache service, each with gRPC's prefix.
CallScript GrpcScript(const ScriptOptions& options);

// As commands of a Redis: GET and SET, MGET, and SETs one behind the other.
CallScript RespScript(const ScriptOptions& options);

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_CALL_SCRIPT_H_
