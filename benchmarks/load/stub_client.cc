// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/stub_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/async_unary_call.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "protos/cache.grpc.pb.h"
#include "protos/cache.pb.h"

namespace cachestore {
namespace {

using Stub = v1::CacheStore::Stub;

class StubCaller : public Caller {
 public:
  using Caller::Caller;

  // Runs when the call has ended.
  virtual void Finished() = 0;
};

template <typename Request, typename Response>
class StubCallerOf : public StubCaller {
 public:
  using Reader = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>>;
  using Method = Reader (Stub::*)(grpc::ClientContext*, const Request&, grpc::CompletionQueue*);
  using Write = void (*)(Caller& caller, size_t number, Request& request);
  using IsRight = bool (*)(const Caller& caller, const Response& response);

  StubCallerOf(const Workload& workload, CallerOwner& owner, Stub& stub,
               grpc::CompletionQueue& queue, Method method, Write write, IsRight is_right)
      : StubCaller(workload),
        owner_(owner),
        stub_(stub),
        queue_(queue),
        method_(method),
        write_(write),
        is_right_(is_right) {}

  void Start(size_t number) override {
    write_(*this, number, request_);
    reader_.reset();  // Lies in memory of the call, which goes with the context.
    context_.emplace();
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    reader_ = (stub_.*method_)(&*context_, request_, &queue_);
    reader_->Finish(&response_, &status_, static_cast<StubCaller*>(this));
  }

  void Finished() override {
    if (!status_.ok()) return owner_.Ended(*this, status_.error_message() + " (not OK)");
    owner_.Ended(*this, is_right_(*this, response_) ? "" : "a wrong answer");
  }

 private:
  CallerOwner& owner_;
  Stub& stub_;
  grpc::CompletionQueue& queue_;
  const Method method_;
  const Write write_;
  const IsRight is_right_;
  Request request_;
  Response response_;
  grpc::Status status_;
  std::optional<grpc::ClientContext> context_;
  Reader reader_;
};

template <typename Request>
void WriteKey(Caller& caller, size_t number, Request& request) {
  caller.workload.WriteValue(number, caller.value);
  request.set_key(caller.workload.Key(number));
}

void WriteEntry(Caller& caller, size_t number, v1::SetRequest& request) {
  WriteKey(caller, number, request);
  request.set_value(caller.value);
  request.mutable_ttl()->set_seconds(3600);
}

class StubClient final : public LoadClient {
 public:
  StubClient(const std::string& target, int threads)
      : stub_(grpc::CreateChannel(target, grpc::InsecureChannelCredentials())) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] {
        void* tag = nullptr;
        bool ok = false;
        while (queue_.Next(&tag, &ok)) static_cast<StubCaller*>(tag)->Finished();
      });
    }
  }

  ~StubClient() override {
    queue_.Shutdown();
    for (std::thread& thread : threads_) thread.join();
  }

  std::unique_ptr<Caller> NewCaller(const Workload& workload, CallerOwner& owner) override {
    switch (workload.operation()) {
      case LoadOperation::kGetHit:
        return Make<v1::GetRequest, v1::GetResponse>(
            workload, owner, &Stub::AsyncGet, WriteKey,
            [](const Caller& caller, const v1::GetResponse& response) {
              return response.has_value() && response.value() == caller.value;
            });
      case LoadOperation::kGetMiss:
        return Make<v1::GetRequest, v1::GetResponse>(
            workload, owner, &Stub::AsyncGet, WriteKey,
            [](const Caller&, const v1::GetResponse& response) { return !response.has_value(); });
      case LoadOperation::kSet:
        return Make<v1::SetRequest, v1::SetResponse>(
            workload, owner, &Stub::AsyncSet, WriteEntry,
            [](const Caller&, const v1::SetResponse& response) { return response.stored(); });
      case LoadOperation::kExists:
        return Make<v1::ExistsRequest, v1::ExistsResponse>(
            workload, owner, &Stub::AsyncExists, WriteKey,
            [](const Caller&, const v1::ExistsResponse& response) { return response.exists(); });
      case LoadOperation::kDelete:
        return Make<v1::DeleteRequest, v1::DeleteResponse>(
            workload, owner, &Stub::AsyncDelete, WriteKey,
            [](const Caller&, const v1::DeleteResponse&) { return true; });
    }
    return nullptr;
  }

 private:
  template <typename Request, typename Response>
  std::unique_ptr<Caller> Make(const Workload& workload, CallerOwner& owner,
                               typename StubCallerOf<Request, Response>::Method method,
                               typename StubCallerOf<Request, Response>::Write write,
                               typename StubCallerOf<Request, Response>::IsRight is_right) {
    return std::make_unique<StubCallerOf<Request, Response>>(workload, owner, stub_, queue_, method,
                                                             write, is_right);
  }

  grpc::CompletionQueue queue_;
  Stub stub_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<LoadClient> NewStubClient(const std::string& target, int threads) {
  return std::make_unique<StubClient>(target, threads);
}

}  // namespace cachestore
