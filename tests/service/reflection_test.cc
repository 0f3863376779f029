// SPDX-License-Identifier: Apache-2.0

// Server reflection, both versions, as grpcurl and its like use it.
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <set>
#include <string>
#include <thread>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "stores/none_cache_store.h"
#include "tests/service/test_server.h"

namespace cachestore {
namespace {

struct V1 {
  using Service = grpc::reflection::v1::ServerReflection;
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
};
struct V1Alpha {
  using Service = grpc::reflection::v1alpha::ServerReflection;
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
};

// Such a version, over a transport.
template <typename Version, TransportKind kKind>
struct Over : Version {
  static constexpr TransportKind kTransport = kKind;
};

template <typename Version>
class ReflectionTest : public testing::Test {
 protected:
  using Request = typename Version::Request;
  using Response = typename Version::Response;

  Response Ask(const Request& request) {
    Response response;
    EXPECT_TRUE(stream_->Write(request));
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }

  // The names of the files in an answer.
  static std::set<std::string> Files(const Response& response) {
    std::set<std::string> names;
    for (const auto& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(file.ParseFromString(bytes));
      names.insert(file.name());
    }
    return names;
  }

  std::unique_ptr<CacheStore> store_ = CreateNoneCacheStore({});
  TestServer server_{*store_, Version::kTransport};
  grpc::ClientContext context_;
  std::unique_ptr<typename Version::Service::Stub> stub_ =
      Version::Service::NewStub(server_.channel());
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_ =
      stub_->ServerReflectionInfo(&context_);
};

using Versions =
    testing::Types<Over<V1, TransportKind::kGrpc>, Over<V1, TransportKind::kHttp2>,
                   Over<V1Alpha, TransportKind::kGrpc>, Over<V1Alpha, TransportKind::kHttp2>>;
TYPED_TEST_SUITE(ReflectionTest, Versions);

TYPED_TEST(ReflectionTest, ListsEveryServiceWithItself) {
  typename TypeParam::Request request;
  request.set_list_services("");
  std::set<std::string> names;
  const auto response = this->Ask(request);
  for (const auto& service : response.list_services_response().service()) {
    names.insert(service.name());
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"cachestore.v1.CacheAdmin", "cachestore.v1.CacheBatch",
                                   "cachestore.v1.CacheCounter", "cachestore.v1.CacheStore",
                                   "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                                   "grpc.reflection.v1alpha.ServerReflection"}));
}

TYPED_TEST(ReflectionTest, GivesTheFileOfASymbolWithWhatItImports) {
  typename TypeParam::Request request;
  request.set_file_containing_symbol("cachestore.v1.CacheStore.Get");
  EXPECT_EQ(this->Files(this->Ask(request)),
            (std::set<std::string>{"protos/cache.proto", "google/protobuf/duration.proto"}));
}

TYPED_TEST(ReflectionTest, GivesAFileByItsName) {
  typename TypeParam::Request request;
  request.set_file_by_filename("grpc/health/v1/health.proto");
  EXPECT_EQ(this->Files(this->Ask(request)),
            (std::set<std::string>{"grpc/health/v1/health.proto"}));
}

TYPED_TEST(ReflectionTest, AnUnknownSymbolIsNotFoundAndTheStreamGoesOn) {
  typename TypeParam::Request request;
  request.set_file_containing_symbol("no.such.Symbol");
  EXPECT_EQ(this->Ask(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_list_services("");
  EXPECT_GT(this->Ask(request).list_services_response().service_size(), 0);
}

TYPED_TEST(ReflectionTest, AnUnknownExtensionIsNotFound) {
  typename TypeParam::Request request;
  request.mutable_file_containing_extension()->set_containing_type("cachestore.v1.GetRequest");
  request.mutable_file_containing_extension()->set_extension_number(5);
  EXPECT_EQ(this->Ask(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
}

TYPED_TEST(ReflectionTest, KnowsTheExtensionsOfAType) {
  typename TypeParam::Request request;
  request.set_all_extension_numbers_of_type("cachestore.v1.GetRequest");
  const auto response = this->Ask(request);
  EXPECT_EQ(response.all_extension_numbers_response().base_type_name(), "cachestore.v1.GetRequest");
  EXPECT_EQ(response.all_extension_numbers_response().extension_number_size(), 0);
}

TYPED_TEST(ReflectionTest, ARequestForNothingIsAnError) {
  EXPECT_EQ(this->Ask({}).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TYPED_TEST(ReflectionTest, EndsWhenTheCallerHasNoMoreQuestions) {
  ASSERT_TRUE(this->stream_->WritesDone());
  EXPECT_TRUE(this->stream_->Finish().ok());
}

TYPED_TEST(ReflectionTest, AnIdleStreamDoesNotHoldUpTheDrain) {
  typename TypeParam::Request request;
  request.set_list_services("");
  this->Ask(request);
  EXPECT_TRUE(this->server_.server().Drain());
  EXPECT_EQ(this->stream_->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TYPED_TEST(ReflectionTest, ManyQuestionsBeforeReadingAreAllAnsweredInOrder) {
  constexpr int kQuestions = 2'000;
  typename TypeParam::Request request;
  request.set_list_services("");
  std::thread asking([&] {
    for (int i = 0; i < kQuestions; ++i) {
      request.set_host(std::to_string(i));
      EXPECT_TRUE(this->stream_->Write(request));
    }
    EXPECT_TRUE(this->stream_->WritesDone());
  });
  typename TypeParam::Response response;
  int answers = 0;
  while (this->stream_->Read(&response)) {
    EXPECT_EQ(response.valid_host(), std::to_string(answers++));
  }
  asking.join();
  EXPECT_EQ(answers, kQuestions);
  EXPECT_TRUE(this->stream_->Finish().ok());
}

}  // namespace
}  // namespace cachestore
