// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_BYTE_BUFFER_H_
#define PROTOS_BYTE_BUFFER_H_

#include <grpcpp/support/byte_buffer.h>

#include "absl/strings/cord.h"

namespace cachestore {

// A message between gRPC's buffers and ours. Small ones are copied, which is cheaper than counting
// references; the bytes of large ones are shared by reference. A Cord from a buffer may so keep
// more memory alive than it shows: who stores a part of it copies it (every CacheStore does).
absl::Cord CordFromByteBuffer(const grpc::ByteBuffer& buffer);
grpc::ByteBuffer ByteBufferFromCord(const absl::Cord& cord);

}  // namespace cachestore

#endif  // PROTOS_BYTE_BUFFER_H_
