// SPDX-License-Identifier: Apache-2.0
#include "protos/byte_buffer.h"

#include <grpc/slice.h>
#include <grpcpp/support/slice.h>

#include <cstring>
#include <vector>

namespace cachestore {
namespace {

constexpr size_t kMaxCopiedBytes = 4096;

absl::string_view View(const grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

void AppendSlice(const grpc::Slice& slice, absl::Cord& cord) {
  if (slice.size() <= kMaxCopiedBytes) {
    cord.Append(View(slice));
    return;
  }
  cord.Append(absl::MakeCordFromExternal(View(slice), [slice] {}));
}

// A slice over `chunk`, which is a part of `cord`.
grpc::Slice SharedSlice(absl::string_view chunk, const absl::Cord& cord) {
  return grpc::Slice(
      const_cast<char*>(chunk.data()), chunk.size(),
      [](void* owner) { delete static_cast<absl::Cord*>(owner); }, new absl::Cord(cord));
}

}  // namespace

absl::Cord CordFromByteBuffer(const grpc::ByteBuffer& buffer) {
  absl::Cord cord;
  grpc::Slice single;
  if (buffer.TrySingleSlice(&single).ok()) {
    AppendSlice(single, cord);
    return cord;
  }
  std::vector<grpc::Slice> slices;
  if (buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) AppendSlice(slice, cord);
  }
  return cord;
}

grpc::ByteBuffer ByteBufferFromCord(const absl::Cord& cord) {
  if (cord.size() <= kMaxCopiedBytes) {
    grpc_slice copy = grpc_slice_malloc(cord.size());
    char* to = reinterpret_cast<char*>(GRPC_SLICE_START_PTR(copy));
    for (absl::string_view chunk : cord.Chunks()) {
      std::memcpy(to, chunk.data(), chunk.size());
      to += chunk.size();
    }
    const grpc::Slice slice(copy, grpc::Slice::STEAL_REF);
    return {&slice, 1};
  }
  std::vector<grpc::Slice> slices;
  for (absl::string_view chunk : cord.Chunks()) slices.push_back(SharedSlice(chunk, cord));
  return {slices.data(), slices.size()};
}

}  // namespace cachestore
