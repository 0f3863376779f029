// SPDX-License-Identifier: Apache-2.0

// A service over TLS, on either transport.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "service/server.h"
#include "service/tls/tls_source.h"
#include "stores/event_log.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/matchers.h"
#include "tests/testing/read_file.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class TlsTest : public testing::TestWithParam<TransportKind> {
 protected:
  absl::StatusOr<std::unique_ptr<Server>> Start(const TlsFiles& files) {
    absl::StatusOr<std::unique_ptr<TlsSource>> source = TlsSource::Create(files, IgnoreEvents);
    if (!source.ok()) return source.status();
    tls_ = *std::move(source);
    return Server::Start({.transport = GetParam(), .listen = {"127.0.0.1:0"}, .tls = tls_.get()},
                         *store_, [] {});
  }

  TlsFiles FilesFor(const std::string& name) {
    const TestCertificates::Pair pair = certificates_.Sign(name, "DNS:localhost,IP:127.0.0.1");
    return {.certificate = pair.certificate, .key = pair.key};
  }

  static std::unique_ptr<v1::CacheStore::Stub> StubFor(
      const Server& server, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    return v1::CacheStore::NewStub(
        grpc::CreateCustomChannel(server.addresses().front(), credentials, arguments));
  }

  std::unique_ptr<v1::CacheStore::Stub> TrustingStub(const Server& server) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadFile(certificates_.ca());
    return StubFor(server, grpc::SslCredentials(options));
  }

  static grpc::Status Ping(v1::CacheStore::Stub& stub) {
    grpc::ClientContext context;
    v1::PingResponse response;
    return stub.Ping(&context, {}, &response);
  }

  std::unique_ptr<MemoryCacheStore> store_ = *MemoryCacheStore::Create({});
  std::unique_ptr<TlsSource> tls_;
  TestCertificates certificates_;
};

TEST_P(TlsTest, ServesWhoeverTrustsItsCertificate) {
  const auto server = Start(FilesFor("server"));
  ASSERT_THAT(server, IsOk());
  const auto stub = TrustingStub(**server);
  v1::SetRequest set;
  set.set_key("key");
  set.set_value(std::string(1 << 20, 'v'));  // Many records.
  grpc::ClientContext set_context;
  v1::SetResponse stored;
  ASSERT_TRUE(stub->Set(&set_context, set, &stored).ok());
  v1::GetRequest get;
  get.set_key("key");
  grpc::ClientContext get_context;
  v1::GetResponse found;
  ASSERT_TRUE(stub->Get(&get_context, get, &found).ok());
  EXPECT_EQ(found.value(), set.value());
}

TEST_P(TlsTest, WhoeverDoesNotTrustItOrSpeaksInTheClearIsNotServed) {
  const auto server = Start(FilesFor("server"));
  ASSERT_THAT(server, IsOk());
  const auto distrusting = StubFor(**server, grpc::SslCredentials({}));
  EXPECT_EQ(Ping(*distrusting).error_code(), grpc::StatusCode::UNAVAILABLE);
  const auto clear = StubFor(**server, grpc::InsecureChannelCredentials());
  EXPECT_EQ(Ping(*clear).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ping(*TrustingStub(**server)).ok()) << "the others are not disturbed";
}

TEST_P(TlsTest, ItsWholeChainIsShown) {
  const TlsFiles files = FilesFor("server");
  std::ofstream(files.certificate, std::ios::app) << ReadFile(certificates_.ca());
  const auto server = Start(files);
  ASSERT_THAT(server, IsOk());
  const Finished finished = RunToEnd({"/usr/bin/openssl", "s_client", "-showcerts", "-alpn", "h2",
                                      "-connect", (*server)->addresses().front()});
  EXPECT_THAT(finished.output, ContainsRegex("BEGIN CERTIFICATE(.|\n)*BEGIN CERTIFICATE"));
}

TEST_P(TlsTest, FilesThatCannotBeUsedAreRefusedByTheirSetting) {
  const TlsFiles good = FilesFor("server");
  const TlsFiles other = FilesFor("other");
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Start({.certificate = good.certificate}), StatusIs(kInvalid, HasSubstr("tls_key:")));
  EXPECT_THAT(Start({.key = good.key}), StatusIs(kInvalid, HasSubstr("tls_cert:")));
  EXPECT_THAT(Start({.certificate = "/nowhere", .key = good.key}),
              StatusIs(kInvalid, HasSubstr("tls_cert: /nowhere cannot be read")));
  EXPECT_THAT(Start({.certificate = good.key, .key = good.key}),
              StatusIs(kInvalid, HasSubstr("tls_cert:")));
  EXPECT_THAT(Start({.certificate = good.certificate, .key = good.certificate}),
              StatusIs(kInvalid, HasSubstr("tls_key:")));
  EXPECT_THAT(Start({.certificate = good.certificate, .key = other.key}),
              StatusIs(kInvalid, HasSubstr("is not the key of the certificate")));
}

TEST_P(TlsTest, PeersThatHangUpAtOnceEndNothing) {
  const auto server = Start(FilesFor("server"));
  ASSERT_THAT(server, IsOk());
  for (int i = 0; i < 100; ++i) {
    // It goes while it is answered.
    const auto stub = TrustingStub(**server);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(i % 10));
    v1::PingResponse response;
    stub->Ping(&context, {}, &response);
  }
  EXPECT_TRUE(Ping(*TrustingStub(**server)).ok());
}

// A session that is resumed does not look at certificates again. gRPC offers no way to turn that
// off.
TEST_P(TlsTest, SessionsAreResumedByGrpcAlone) {
  const auto server = Start(FilesFor("server"));
  ASSERT_THAT(server, IsOk());
  const Finished finished = RunToEnd({"/usr/bin/openssl", "s_client", "-tls1_2", "-alpn", "h2",
                                      "-reconnect", "-connect", (*server)->addresses().front()});
  const bool is_resumed = absl::StrContains(finished.output, "Reused, TLSv1.2");
  EXPECT_THAT(finished.output, HasSubstr("New, TLSv1.2"));
  EXPECT_EQ(is_resumed, GetParam() == TransportKind::kGrpc);
}

// gRPC C++ goes on, and speaks HTTP/2 all the same.
class Http2TlsTest : public TlsTest {};

TEST_P(Http2TlsTest, APeerThatSpeaksAnotherProtocolIsToldSo) {
  const auto server = Start(FilesFor("server"));
  ASSERT_THAT(server, IsOk());
  const Finished finished = RunToEnd({"/usr/bin/openssl", "s_client", "-connect",
                                      (*server)->addresses().front(), "-alpn", "http/1.1"});
  EXPECT_THAT(finished.error, HasSubstr("no application protocol"));
}

INSTANTIATE_TEST_SUITE_P(Grpc, TlsTest, testing::Values(TransportKind::kGrpc));
INSTANTIATE_TEST_SUITE_P(Http2, TlsTest, testing::Values(TransportKind::kHttp2));
INSTANTIATE_TEST_SUITE_P(Http2, Http2TlsTest, testing::Values(TransportKind::kHttp2));

}  // namespace
}  // namespace cachestore
