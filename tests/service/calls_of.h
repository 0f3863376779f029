// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_CALLS_OF_H_
#define TESTS_SERVICE_CALLS_OF_H_

#include <grpcpp/grpcpp.h>

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/caller.h"

namespace cachestore {

// The calls of one caller, each with its token.
class CallsOf {
 public:
  // Both must outlive this.
  CallsOf(v1::CacheStore::Stub& cache, const Caller& caller) : cache_(cache), caller_(caller) {}

  grpc::Status Set(const std::string& key, const std::string& value) const {
    grpc::ClientContext context;
    Show(context);
    v1::SetRequest request;
    request.set_key(key);
    request.set_value(value);
    v1::SetResponse response;
    return cache_.Set(&context, request, &response);
  }

  // nullopt: a miss, or an error.
  std::optional<std::string> Get(const std::string& key) const {
    grpc::ClientContext context;
    Show(context);
    v1::GetRequest request;
    request.set_key(key);
    v1::GetResponse response;
    if (!cache_.Get(&context, request, &response).ok() || !response.has_value()) return {};
    return response.value();
  }

  bool Exists(const std::string& key) const {
    grpc::ClientContext context;
    Show(context);
    v1::ExistsRequest request;
    request.set_key(key);
    v1::ExistsResponse response;
    EXPECT_TRUE(cache_.Exists(&context, request, &response).ok());
    return response.exists();
  }

  bool Delete(const std::string& key) const {
    grpc::ClientContext context;
    Show(context);
    v1::DeleteRequest request;
    request.set_key(key);
    v1::DeleteResponse response;
    EXPECT_TRUE(cache_.Delete(&context, request, &response).ok());
    return response.deleted();
  }

  grpc::Status Clear() const {
    grpc::ClientContext context;
    Show(context);
    v1::ClearResponse response;
    return cache_.Clear(&context, {}, &response);
  }

 private:
  void Show(grpc::ClientContext& context) const {
    context.AddMetadata("authorization", caller_.authorization);
  }

  v1::CacheStore::Stub& cache_;
  const Caller& caller_;
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_CALLS_OF_H_
