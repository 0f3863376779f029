// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/floor/callback_floor.h"

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>
#include <grpcpp/support/server_callback.h>

#include "protos/cache.grpc.pb.h"

namespace cachestore {
namespace {

using v1::CacheStore;

class Service final : public CacheStore::CallbackService {
 public:
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetRequest*,
                                v1::GetResponse*) override {
    return Answer(context);
  }
  grpc::ServerUnaryReactor* Set(grpc::CallbackServerContext* context, const v1::SetRequest*,
                                v1::SetResponse*) override {
    return Answer(context);
  }
  grpc::ServerUnaryReactor* Delete(grpc::CallbackServerContext* context, const v1::DeleteRequest*,
                                   v1::DeleteResponse*) override {
    return Answer(context);
  }
  grpc::ServerUnaryReactor* Exists(grpc::CallbackServerContext* context, const v1::ExistsRequest*,
                                   v1::ExistsResponse*) override {
    return Answer(context);
  }

 private:
  static grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

template <typename Message>
Message* NewMessage(google::protobuf::Arena& arena) {
#if GOOGLE_PROTOBUF_VERSION < 5026000
  return google::protobuf::Arena::CreateMessage<Message>(&arena);
#else
  return google::protobuf::Arena::Create<Message>(&arena);
#endif
}

// Both messages of one call, on an arena that lives as long as they do.
template <typename Request, typename Reply>
class Messages final : public grpc::MessageHolder<Request, Reply> {
 public:
  Messages() {
    this->set_request(NewMessage<Request>(arena_));
    this->set_response(NewMessage<Reply>(arena_));
  }
  void Release() override { delete this; }

 private:
  google::protobuf::Arena arena_;
};

template <typename Request, typename Reply>
class ArenaAllocator final : public grpc::MessageAllocator<Request, Reply> {
 public:
  grpc::MessageHolder<Request, Reply>* AllocateMessages() override {
    return new Messages<Request, Reply>;
  }
};

class PlainFloor : public Floor {
 public:
  void AddTo(grpc::ServerBuilder& builder) override { builder.RegisterService(&service_); }
  void Serve() override {}
  void Stop() override {}

 protected:
  Service service_;
};

class ArenaFloor final : public PlainFloor {
 public:
  ArenaFloor() {
    service_.SetMessageAllocatorFor_Get(&get_);
    service_.SetMessageAllocatorFor_Set(&set_);
    service_.SetMessageAllocatorFor_Delete(&delete_);
    service_.SetMessageAllocatorFor_Exists(&exists_);
  }

 private:
  ArenaAllocator<v1::GetRequest, v1::GetResponse> get_;
  ArenaAllocator<v1::SetRequest, v1::SetResponse> set_;
  ArenaAllocator<v1::DeleteRequest, v1::DeleteResponse> delete_;
  ArenaAllocator<v1::ExistsRequest, v1::ExistsResponse> exists_;
};

}  // namespace

std::unique_ptr<Floor> CallbackFloor() { return std::make_unique<PlainFloor>(); }

std::unique_ptr<Floor> ArenaCallbackFloor() { return std::make_unique<ArenaFloor>(); }

}  // namespace cachestore
