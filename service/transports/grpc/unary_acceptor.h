// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_UNARY_ACCEPTOR_H_
#define SERVICE_TRANSPORTS_GRPC_UNARY_ACCEPTOR_H_

#include <cstddef>

#include "service/door/door.h"
#include "service/transports/grpc/raw_service.h"
#include "service/transports/grpc/server_queue.h"
#include "stores/call_gate.h"

namespace cachestore {

// Keeps calls of one unary method waiting on one queue, for gRPC to give what arrives to. A method
// that nobody calls has one; one that is called has soon as many as may arrive together. Used by
// the queue's thread alone, once there is one.
class UnaryAcceptor {
 public:
  // For calls of `door.methods()[method]`. Each holds a pass of `posted` from being posted to its
  // end. All, and the acceptor, must outlive the last pass.
  UnaryAcceptor(Door& door, RawService& service, size_t method, ServerQueue& queue,
                CallGate& posted)
      : door_(door), service_(service), method_(method), queue_(queue), posted_(posted) {}

  // Begins to accept, if `posted` is not closed. Once.
  void Start() { Post(); }

 private:
  class UnaryCall;

  // A call that arrives while none waits is queued by gRPC, at a cost: where 64 come together, it
  // takes a fifth more. But no more wait than must: Debian builds gRPC with its checks on, which
  // for each call that ends look through all that waits on its queue. (64 of each of 17 methods
  // took 2 us of a call's 11.)
  static constexpr int kMostWaiting = 64;

  void Post();
  void OnArrival();

  Door& door_;
  RawService& service_;
  const size_t method_;
  ServerQueue& queue_;
  CallGate& posted_;
  int waiting_ = 1;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_UNARY_ACCEPTOR_H_
