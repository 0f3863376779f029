// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_FLOOR_FLOOR_H_
#define BENCHMARKS_FLOOR_FLOOR_H_

#include <grpcpp/server_builder.h>

namespace cachestore {

// A gRPC server that does nothing: it takes the calls of cachestore.v1.CacheStore and answers each
// with OK and a message that was made beforehand. What it costs is what gRPC costs, the least that
// any server behind this gRPC can; which of gRPC's server APIs costs least is part of the question,
// so there is one Floor for each.
class Floor {
 public:
  virtual ~Floor() = default;

  // Adds what serves to `builder`. Once.
  virtual void AddTo(grpc::ServerBuilder& builder) = 0;

  // Answers calls, from when the server has started until it is shut down. Does not block.
  virtual void Serve() = 0;

  // After the server was shut down: returns when no call is left.
  virtual void Stop() = 0;
};

}  // namespace cachestore

#endif  // BENCHMARKS_FLOOR_FLOOR_H_
