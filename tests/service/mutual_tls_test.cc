// SPDX-License-Identifier: Apache-2.0

// Callers who show certificates, and certificates that are replaced, on either transport.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "service/access/access_control.h"
#include "service/namespaces.h"
#include "service/server.h"
#include "service/tls/tls_source.h"
#include "stores/event_log.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/caller.h"
#include "tests/service/replace_file.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"
#include "tests/testing/matchers.h"
#include "tests/testing/read_file.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using grpc::StatusCode;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

using Pair = TestCertificates::Pair;

class MutualTlsTest : public TransportTest {
 protected:
  // A server that asks for certificates of `authority_`, and lets in whom `auth_file` names, if
  // there is one.
  void Start(bool requires_client_certificate = false,
             const std::optional<std::string>& auth_file = std::nullopt) {
    files_.requires_client_certificate = requires_client_certificate;
    tls_ = TlsSource::Create(files_, IgnoreEvents).value();
    if (auth_file.has_value()) {
      const std::string path = authority_.folder() + "/auth";
      ReplaceFile(path, *auth_file);
      access_ = AccessControl::Create(
                    path, [this](const CappedNamespaces& names) { return stores_.Open(names); },
                    IgnoreEvents)
                    .value();
    }
    const ServerOptions options = {
        .transport = GetParam(), .listen = {"127.0.0.1:0"}, .tls = tls_.get()};
    server_ = auth_file.has_value() ? Server::Start(options, stores_, access_.get(), [] {}).value()
                                    : Server::Start(options, *only_, [] {}).value();
  }

  // A connection of its own, on which `shown` is shown.
  std::shared_ptr<grpc::Channel> Connect(const std::optional<Pair>& shown) {
    grpc::SslCredentialsOptions options = {
        .pem_root_certs = ReadFile(authority_.ca()), .pem_private_key = {}, .pem_cert_chain = {}};
    if (shown.has_value()) {
      options.pem_private_key = ReadFile(shown->key);
      options.pem_cert_chain = ReadFile(shown->certificate);
    }
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(server_->addresses().front(), grpc::SslCredentials(options),
                                     arguments);
  }

  static grpc::Status Ping(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::PingResponse response;
    return v1::CacheStore::NewStub(channel)->Ping(&context, {}, &response);
  }

  static grpc::Status Set(const std::shared_ptr<grpc::Channel>& channel,
                          const std::optional<std::string>& authorization = std::nullopt) {
    grpc::ClientContext context;
    if (authorization.has_value()) context.AddMetadata("authorization", *authorization);
    v1::SetRequest request;
    request.set_key("key");
    v1::SetResponse response;
    return v1::CacheStore::NewStub(channel)->Set(&context, request, &response);
  }

  static grpc::Status CheckHealth(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    return grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response);
  }

  // Puts another pair in the place of the server's, the key first.
  void ReplacePair(const Pair& pair) {
    ReplaceFile(files_.key, ReadFile(pair.key));
    tls_->Refresh();
    ReplaceFile(files_.certificate, ReadFile(pair.certificate));
    tls_->Refresh();
  }

  // What a new connection is shown.
  std::string ShownSubject() {
    return RunToEnd({"/usr/bin/openssl", "s_client", "-alpn", "h2", "-connect",
                     server_->addresses().front()})
        .output;
  }

  TestCertificates authority_;
  TestCertificates stranger_;
  const Pair own_ = authority_.Sign("server", "DNS:localhost,IP:127.0.0.1");
  TlsFiles files_ = {
      .certificate = own_.certificate, .key = own_.key, .client_ca = authority_.ca()};
  std::unique_ptr<TlsSource> tls_;
  std::unique_ptr<CacheStore> only_ = MemoryCacheStore::Create({}).value();
  Namespaces stores_{
      [](absl::string_view, const NamespaceCaps&) -> absl::StatusOr<std::unique_ptr<CacheStore>> {
        return MemoryCacheStore::Create({});
      }};
  std::unique_ptr<AccessControl> access_;
  std::unique_ptr<Server> server_;
};

TEST_P(MutualTlsTest, WhoShowsNoCertificateIsAnsweredHealthAlone) {
  Start();
  const auto channel = Connect(std::nullopt);
  EXPECT_TRUE(CheckHealth(channel).ok());
  const grpc::Status status = Ping(channel);
  EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), AllOf(HasSubstr("Ping"), HasSubstr("certificate")));
  EXPECT_EQ(Set(channel).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_P(MutualTlsTest, WhoShowsOneOfTheAuthorityIsServed) {
  for (const bool requires_one : {false, true}) {
    Start(requires_one);
    const auto channel = Connect(authority_.Sign("client", "DNS:client"));
    EXPECT_TRUE(Ping(channel).ok());
    EXPECT_TRUE(Set(channel).ok());
    EXPECT_TRUE(CheckHealth(channel).ok());
  }
}

TEST_P(MutualTlsTest, ACertificateThatIsNotGoodIsRefusedAlsoWhereNoneIsRequired) {
  for (const bool requires_one : {false, true}) {
    Start(requires_one);
    EXPECT_EQ(CheckHealth(Connect(stranger_.Sign("client", "DNS:client"))).error_code(),
              StatusCode::UNAVAILABLE);
    EXPECT_EQ(CheckHealth(Connect(authority_.SignExpired("late", "DNS:client"))).error_code(),
              StatusCode::UNAVAILABLE);
    EXPECT_TRUE(CheckHealth(Connect(authority_.Sign("client", "DNS:client"))).ok());
  }
}

TEST_P(MutualTlsTest, AnAuthorityBelowAnotherIsTrustedAlone) {
  TestCertificates below(TestCertificates::SignedBy{authority_});
  files_.client_ca = below.ca();
  Start(/*requires_client_certificate=*/true);
  EXPECT_TRUE(Ping(Connect(below.Sign("client", "DNS:client"))).ok());
  EXPECT_EQ(Ping(Connect(authority_.Sign("other", "DNS:client"))).error_code(),
            StatusCode::UNAVAILABLE)
      << "not what is above it";
}

TEST_P(MutualTlsTest, WhereOneIsRequiredNobodyGetsInWithout) {
  Start(/*requires_client_certificate=*/true);
  EXPECT_EQ(CheckHealth(Connect(std::nullopt)).error_code(), StatusCode::UNAVAILABLE);
}

TEST_P(MutualTlsTest, ACertificateSaysWhoCalls) {
  Start(/*requires_client_certificate=*/false,
        "writer write one cert:writer.example.com\n"
        "reader read  one cert:spiffe://example.com/reader\n"
        "named  write one cert:named\n");
  EXPECT_TRUE(Set(Connect(authority_.Sign("w", "DNS:writer.example.com"))).ok());
  EXPECT_TRUE(Set(Connect(authority_.Sign("named", ""))).ok()) << "by its common name";

  const auto reader = Connect(authority_.Sign("r", "URI:spiffe://example.com/reader"));
  EXPECT_TRUE(Ping(reader).ok());
  EXPECT_EQ(Set(reader).error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_P(MutualTlsTest, ACertificateOfNobodyInTheFileIsUnauthenticated) {
  Start(/*requires_client_certificate=*/false, "writer write one cert:writer.example.com\n");
  for (const char* const names : {"DNS:other.example.com", "DNS:WRITER.example.com",
                                  "DNS:*.example.com", "email:writer@example.com"}) {
    EXPECT_EQ(Set(Connect(authority_.Sign("c", names))).error_code(), StatusCode::UNAUTHENTICATED)
        << names;
  }
  EXPECT_EQ(Set(Connect(authority_.Sign("writer.example.com", "DNS:other"))).error_code(),
            StatusCode::UNAUTHENTICATED)
      << "a common name beside other names is none";
  EXPECT_EQ(Set(Connect(std::nullopt)).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_P(MutualTlsTest, ATokenCountsWhateverCertificateIsShown) {
  const Caller writer = NewCaller("token", Role::kWrite, "one");
  Start(/*requires_client_certificate=*/false,
        absl::StrCat("reader read one cert:reader\n", writer.line));
  const auto reader = Connect(authority_.Sign("c", "DNS:reader"));
  EXPECT_EQ(Set(reader).error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(Set(reader, writer.authorization).ok());
  EXPECT_TRUE(Set(Connect(std::nullopt), writer.authorization).ok()) << "and without one";
  EXPECT_EQ(Set(reader, writer.authorization + "x").error_code(), StatusCode::UNAUTHENTICATED)
      << "a wrong token is not made up for";
}

TEST_P(MutualTlsTest, WhileCallsAreMadeThePairIsReplacedAndNoneFails) {
  Start();
  const Pair client = authority_.Sign("client", "DNS:client");
  std::atomic<bool> is_over = false;
  std::atomic<int> on_one = 0;
  std::atomic<int> on_new = 0;
  std::atomic<int> failed = 0;
  std::thread one_connection([&] {
    const auto channel = Connect(client);
    for (; !is_over; ++on_one) failed += Ping(channel).ok() ? 0 : 1;
  });
  std::thread new_connections([&] {
    for (; !is_over; ++on_new) failed += Ping(Connect(client)).ok() ? 0 : 1;
  });
  const auto await_more = [](const std::atomic<int>& calls) {
    const int before = calls;
    EXPECT_TRUE(AwaitUntil([&] { return calls >= before + 3; })) << "calls stand still";
  };
  for (int i = 0; i < 8; ++i) {
    const std::string name = absl::StrCat("server-", i);
    ReplacePair(authority_.Sign(name, "DNS:localhost,IP:127.0.0.1"));
    EXPECT_THAT(ShownSubject(), ContainsRegex("CN ?= ?" + name));
    await_more(on_one);
    await_more(on_new);
  }
  is_over = true;
  one_connection.join();
  new_connections.join();
  EXPECT_EQ(failed, 0);
}

TEST_P(MutualTlsTest, AReplacedAuthorityIsAskedForByNewConnections) {
  Start();
  const Pair before = authority_.Sign("before", "DNS:client");
  const auto connected = Connect(before);
  EXPECT_TRUE(Ping(connected).ok());
  const std::string trusted = ReadFile(authority_.ca());
  ReplaceFile(files_.client_ca, ReadFile(stranger_.ca()));
  tls_->Refresh();
  ReplaceFile(authority_.ca(), trusted);  // For the clients of this test, which trust it.
  EXPECT_EQ(Ping(Connect(before)).error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ping(Connect(stranger_.Sign("after", "DNS:client"))).ok());
  EXPECT_TRUE(Ping(connected).ok()) << "who is there already stays";
}

INSTANTIATE_TEST_SUITE_P(Over, MutualTlsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
