// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/floor/async_floor.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "benchmarks/load/workload.h"
#include "protos/byte_buffer.h"
#include "protos/cache.grpc.pb.h"
#include "protos/cache_codec.h"

namespace cachestore {
namespace {

using v1::CacheStore;

// What is posted of a method on a queue once it is called; the service posts as many.
constexpr int kMostPosted = 64;

class Tag {
 public:
  virtual void OnCompletion(bool ok) = 0;

 protected:
  ~Tag() = default;
};

// One call of one method, from being posted to its end.
template <typename Service, typename Request, typename Reply>
class AsyncCall final : public Tag {
 public:
  using Writer = grpc::ServerAsyncResponseWriter<Reply>;
  using Method = void (Service::*)(grpc::ServerContext*, Request*, Writer*, grpc::CompletionQueue*,
                                   grpc::ServerCompletionQueue*, void*);

  // What all calls of a method on a queue share; it must outlive them.
  struct Origin {
    Service& service;
    const Method method;
    const Reply& reply;
    grpc::ServerCompletionQueue& queue;
    int posted = 1;
  };

  static void Post(Origin& origin) {
    auto* const call = new AsyncCall(origin);
    (origin.service.*origin.method)(&call->context_, &call->request_, &call->writer_, &origin.queue,
                                    &origin.queue, static_cast<Tag*>(call));
  }

  void OnCompletion(bool ok) override {
    if (answered_ || !ok) {
      delete this;
      return;
    }
    answered_ = true;
    Post(origin_);
    if (origin_.posted < kMostPosted) {
      ++origin_.posted;
      Post(origin_);
    }
    writer_.Finish(origin_.reply, grpc::Status::OK, static_cast<Tag*>(this));
  }

 private:
  explicit AsyncCall(Origin& origin) : origin_(origin) {}

  Origin& origin_;
  grpc::ServerContext context_;
  Request request_;
  Writer writer_{&context_};
  bool answered_ = false;
};

template <typename Service>
class AsyncFloor : public Floor {
 public:
  explicit AsyncFloor(size_t threads) : thread_count_(threads) {}

  void AddTo(grpc::ServerBuilder& builder) override {
    builder.RegisterService(&service_);
    for (size_t i = 0; i < thread_count_; ++i) queues_.push_back(builder.AddCompletionQueue());
  }

  void Serve() override {
    for (const auto& queue : queues_) PostAll(*queue);
    for (const auto& queue : queues_) {
      threads_.emplace_back([queue = queue.get()] {
        void* tag = nullptr;
        bool ok = false;
        while (queue->Next(&tag, &ok)) static_cast<Tag*>(tag)->OnCompletion(ok);
      });
    }
  }

  void Stop() override {
    for (const auto& queue : queues_) queue->Shutdown();
    for (std::thread& thread : threads_) thread.join();
  }

 protected:
  // Posts a call of each method.
  virtual void PostAll(grpc::ServerCompletionQueue& queue) = 0;

  template <typename Request, typename Reply>
  void Post(typename AsyncCall<Service, Request, Reply>::Method method, const Reply& reply,
            grpc::ServerCompletionQueue& queue) {
    using Call = AsyncCall<Service, Request, Reply>;
    const auto origin = std::make_shared<typename Call::Origin>(
        typename Call::Origin{service_, method, reply, queue});
    origins_.push_back(origin);
    Call::Post(*origin);
  }

 private:
  const size_t thread_count_;
  Service service_;
  std::vector<std::shared_ptr<void>> origins_;
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues_;
  std::vector<std::thread> threads_;
};

using TypedService = CacheStore::WithAsyncMethod_Get<CacheStore::WithAsyncMethod_Set<
    CacheStore::WithAsyncMethod_Delete<CacheStore::WithAsyncMethod_Exists<CacheStore::Service>>>>;

class TypedFloor final : public AsyncFloor<TypedService> {
 public:
  using AsyncFloor::AsyncFloor;

 private:
  void PostAll(grpc::ServerCompletionQueue& queue) override {
    Post<v1::GetRequest>(&TypedService::RequestGet, get_, queue);
    Post<v1::SetRequest>(&TypedService::RequestSet, set_, queue);
    Post<v1::DeleteRequest>(&TypedService::RequestDelete, delete_, queue);
    Post<v1::ExistsRequest>(&TypedService::RequestExists, exists_, queue);
  }

  const v1::GetResponse get_;
  const v1::SetResponse set_;
  const v1::DeleteResponse delete_;
  const v1::ExistsResponse exists_;
};

using RawService = CacheStore::WithRawMethod_Get<CacheStore::WithRawMethod_Set<
    CacheStore::WithRawMethod_Delete<CacheStore::WithRawMethod_Exists<CacheStore::Service>>>>;

class RawFloor final : public AsyncFloor<RawService> {
 public:
  RawFloor(size_t threads, size_t value_bytes)
      : AsyncFloor(threads), got_(ByteBufferFromCord(EncodeGot(value_bytes))) {}

 private:
  static absl::Cord EncodeGot(size_t value_bytes) {
    if (value_bytes == 0) return codec::EncodeGetResponse({});
    const Workload workload(LoadOperation::kGetHit, /*keys=*/1, value_bytes);
    std::string value = workload.NewValue();
    workload.WriteValue(0, value);
    return codec::EncodeGetResponse({.value = absl::Cord(std::move(value))});
  }

  void PostAll(grpc::ServerCompletionQueue& queue) override {
    Post<grpc::ByteBuffer>(&RawService::RequestGet, got_, queue);
    Post<grpc::ByteBuffer>(&RawService::RequestSet, yes_, queue);
    Post<grpc::ByteBuffer>(&RawService::RequestDelete, no_, queue);
    Post<grpc::ByteBuffer>(&RawService::RequestExists, yes_, queue);
  }

  const grpc::ByteBuffer got_;
  const grpc::ByteBuffer yes_ = ByteBufferFromCord(codec::EncodeBoolResponse(true));
  const grpc::ByteBuffer no_ = ByteBufferFromCord(codec::EncodeBoolResponse(false));
};

}  // namespace

std::unique_ptr<Floor> TypedAsyncFloor(size_t threads) {
  return std::make_unique<TypedFloor>(threads);
}

std::unique_ptr<Floor> RawAsyncFloor(size_t threads, size_t value_bytes) {
  return std::make_unique<RawFloor>(threads, value_bytes);
}

}  // namespace cachestore
