// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_TEST_SERVER_H_
#define TESTS_SERVICE_TEST_SERVER_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "service/access/access_control.h"
#include "service/namespaces.h"
#include "service/server.h"
#include "stores/cache_store.h"

namespace cachestore {

// A server in this process, on a free loopback port, and the generated stubs of a client of its
// own.
class TestServer {
 public:
  // `store` must outlive this.
  TestServer(CacheStore& store, TransportKind transport, ServerOptions options = {}) {
    Use(Server::Start(OnFreePort(std::move(options), transport), store, OnClose()));
  }

  // The same for those whom `access` knows.
  TestServer(Namespaces& stores, const AccessControl& access, TransportKind transport) {
    Use(Server::Start(OnFreePort({}, transport), stores, &access, OnClose()));
  }

  Server& server() { return *server_; }
  void Destroy() { server_.reset(); }
  int close_calls() const { return close_calls_; }

  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  std::shared_ptr<grpc::Channel> NewChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    return grpc::CreateCustomChannel(server_->addresses().front(),
                                     grpc::InsecureChannelCredentials(), arguments);
  }
  // How a unary call ends that sends just these bytes.
  grpc::Status CallRaw(const std::string& path, const std::string& bytes) {
    grpc::ClientContext context;
    grpc::GenericStub stub(channel_);
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return status;
  }

  std::unique_ptr<v1::CacheStore::Stub> cache() { return v1::CacheStore::NewStub(channel_); }
  std::unique_ptr<grpc::health::v1::Health::Stub> health() {
    return grpc::health::v1::Health::NewStub(channel_);
  }

 private:
  static ServerOptions OnFreePort(ServerOptions options, TransportKind transport) {
    options.transport = transport;
    options.listen = {"127.0.0.1:0"};
    return options;
  }

  std::function<void()> OnClose() {
    return [this] { ++close_calls_; };
  }

  void Use(absl::StatusOr<std::unique_ptr<Server>> server) {
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = NewChannel();
  }

  std::atomic<int> close_calls_{0};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_TEST_SERVER_H_
