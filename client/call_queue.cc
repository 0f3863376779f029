// SPDX-License-Identifier: Apache-2.0
#include "client/call_queue.h"

#include <algorithm>
#include <thread>

namespace cachestore {
namespace {

void Serve(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) static_cast<QueuedCall*>(tag)->Finished();
}

grpc::CompletionQueue* StartQueue() {
  auto* const queue = new grpc::CompletionQueue;
  const unsigned threads = std::clamp(std::thread::hardware_concurrency() / 2, 2U, 8U);
  for (unsigned i = 0; i < threads; ++i) std::thread([queue] { Serve(*queue); }).detach();
  return queue;
}

}  // namespace

grpc::CompletionQueue& CallQueue() {
  static grpc::CompletionQueue* const queue = StartQueue();
  return *queue;
}

}  // namespace cachestore
