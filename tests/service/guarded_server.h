// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_GUARDED_SERVER_H_
#define TESTS_SERVICE_GUARDED_SERVER_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protos/cache.grpc.pb.h"
#include "service/access/access_control.h"
#include "service/namespaces.h"
#include "stores/event_log.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/caller.h"
#include "tests/service/calls_of.h"
#include "tests/service/replace_file.h"
#include "tests/service/test_server.h"
#include "tests/testing/temporary_folder.h"

namespace cachestore {

// A server that lets in whom an auth file names, over a memory store for each namespace, and who
// calls it.
class GuardedServer {
 public:
  GuardedServer(TransportKind transport, const std::string& auth_file)
      : path_(folder_.path() + "/auth"),
        access_(
            (ReplaceFile(path_, auth_file),
             AccessControl::Create(
                 path_, [this](const CappedNamespaces& names) { return stores_.Open(names); },
                 [this](Severity /*severity*/, absl::string_view line) { log_.emplace_back(line); })
                 .value())),
        server_(stores_, *access_, transport) {}

  // What is refused, or read again, is logged.
  void ReplaceAuthFile(const std::string& text) {
    ReplaceFile(path_, text);
    access_->Refresh();
  }

  const std::string& path() const { return path_; }
  AccessControl& access() { return *access_; }
  const std::vector<std::string>& log() const { return log_; }
  TestServer& server() { return server_; }
  const MethodTable& methods() { return server_.server().methods(); }

  // How a call without a word in it ends; OK as soon as there is an answer. Of either kind.
  grpc::Status Knock(const std::string& path, const std::optional<std::string>& authorization) {
    grpc::ClientContext context;
    if (authorization.has_value()) context.AddMetadata("authorization", *authorization);
    grpc::GenericStub stub(server_.channel());
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareCall(&context, path, &queue);
    const auto is_done = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      EXPECT_TRUE(queue.Next(&tag, &ok));
      return ok;
    };
    call->StartCall(nullptr);
    is_done();
    const grpc::Slice nothing("");
    call->WriteLast(grpc::ByteBuffer(&nothing, 1), {}, nullptr);
    is_done();
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    const bool has_answer = is_done();
    if (has_answer) context.TryCancel();
    grpc::Status status;
    call->Finish(&status, nullptr);
    is_done();
    return has_answer ? grpc::Status::OK : status;
  }

  CallsOf CallsOfCaller(const Caller& caller) { return {*cache_, caller}; }

  // The calls of one caller.
  grpc::Status Set(const Caller& caller, const std::string& key, const std::string& value) {
    return CallsOfCaller(caller).Set(key, value);
  }
  std::optional<std::string> Get(const Caller& caller, const std::string& key) {
    return CallsOfCaller(caller).Get(key);
  }
  bool Delete(const Caller& caller, const std::string& key) {
    return CallsOfCaller(caller).Delete(key);
  }
  grpc::Status Clear(const Caller& caller) { return CallsOfCaller(caller).Clear(); }

 private:
  TemporaryFolder folder_;
  const std::string path_;
  std::vector<std::string> log_;
  Namespaces stores_{[](absl::string_view,
                        const NamespaceCaps& caps) -> absl::StatusOr<std::unique_ptr<CacheStore>> {
    return MemoryCacheStore::Create({.max_entries = caps.max_entries.value_or(10'000)});
  }};
  std::unique_ptr<AccessControl> access_;
  TestServer server_;
  std::unique_ptr<v1::CacheStore::Stub> cache_ = server_.cache();
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_GUARDED_SERVER_H_
