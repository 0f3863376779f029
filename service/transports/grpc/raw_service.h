// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_RAW_SERVICE_H_
#define SERVICE_TRANSPORTS_GRPC_RAW_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include <variant>

#include "service/door/method.h"

namespace cachestore {

// A method table registered with gRPC: what protoc's C++ plugin generates for raw (ByteBuffer)
// methods, made from the table instead, so that a new RPC needs no line here. The methods of all
// services stand in one grpc::Service, which gRPC allows, as each is registered by its path.
class RawService final : public grpc::Service {
 public:
  using UnaryWriter = grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>;
  using StreamWriter = grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  // `methods` must outlive this: gRPC keeps the paths by pointer.
  explicit RawService(const MethodTable& methods) {
    for (size_t i = 0; i < methods.size(); ++i) {
      const bool is_unary = std::holds_alternative<Method::Unary>(methods[i].handle);
      AddMethod(
          new grpc::internal::RpcServiceMethod(methods[i].path.c_str(),
                                               is_unary ? grpc::internal::RpcMethod::NORMAL_RPC
                                                        : grpc::internal::RpcMethod::BIDI_STREAMING,
                                               nullptr));
      MarkMethodRaw(static_cast<int>(i));
    }
  }

  // Asks gRPC for the next call of a method; `tag` comes back on `queue` when it has arrived.
  void RequestUnary(int method, grpc::ServerContext* context, grpc::ByteBuffer* request,
                    UnaryWriter* writer, grpc::ServerCompletionQueue* queue, void* tag) {
    RequestAsyncUnary(method, context, request, writer, queue, queue, tag);
  }
  void RequestStream(int method, grpc::ServerContext* context, StreamWriter* writer,
                     grpc::ServerCompletionQueue* queue, void* tag) {
    RequestAsyncBidiStreaming(method, context, writer, queue, queue, tag);
  }
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_RAW_SERVICE_H_
