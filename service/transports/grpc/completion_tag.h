// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_COMPLETION_TAG_H_
#define SERVICE_TRANSPORTS_GRPC_COMPLETION_TAG_H_

namespace cachestore {

// What a completion queue gives back when an operation has ended.
class CompletionTag {
 public:
  // `ok` as grpc::CompletionQueue::Next documents it for the operation. May destroy the tag.
  virtual void OnCompletion(bool ok) = 0;

 protected:
  ~CompletionTag() = default;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_COMPLETION_TAG_H_
