// SPDX-License-Identifier: Apache-2.0
#include "tests/client/scripted_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "protos/byte_buffer.h"

namespace cachestore {

// One call; deletes itself when it is over.
class ScriptedServer::Call final : public grpc::ServerGenericBidiReactor {
 public:
  Call(ScriptedServer& server, std::string path) : server_(server), path_(std::move(path)) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    const std::optional<Answer> answer = server_.NextAnswer(path_);
    if (!answer.has_value()) return;  // OnCancel ends it.
    if (!answer->status.ok()) return End(answer->status);
    response_ = ByteBufferFromCord(answer->message);
    if (ended_.exchange(true)) return;
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  // The first reason to end wins: a call can be cancelled while it is answered.
  void End(const grpc::Status& status) {
    if (!ended_.exchange(true)) Finish(status);
  }

  ScriptedServer& server_;
  const std::string path_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::atomic<bool> ended_ = false;
};

class ScriptedServer::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(ScriptedServer& server) : server_(server) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Call(server_, context->method());
  }

 private:
  ScriptedServer& server_;
};

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), service_(std::make_unique<Service>(*this)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterCallbackGenericService(service_.get());
  builder.SetMaxReceiveMessageSize(-1);
  server_ = builder.BuildAndStart();
}

ScriptedServer::~ScriptedServer() { Shutdown(); }

void ScriptedServer::Shutdown() { server_->Shutdown(std::chrono::system_clock::now()); }

std::optional<ScriptedServer::Answer> ScriptedServer::NextAnswer(const std::string& path) {
  const std::string method = path.substr(path.rfind('/') + 1);
  int attempt = 0;
  {
    MutexLock lock(mutex_);
    attempt = ++attempts_[method];
    changed_.NotifyAll();
  }
  return script_(method, attempt);
}

int ScriptedServer::Attempts(const std::string& method) {
  MutexLock lock(mutex_);
  return attempts_[method];
}

void ScriptedServer::AwaitAttempts(const std::string& method, int attempts) {
  MutexLock lock(mutex_);
  while (attempts_[method] < attempts) changed_.Wait(mutex_);
}

}  // namespace cachestore
