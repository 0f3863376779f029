// SPDX-License-Identifier: Apache-2.0

// Peers that mean harm and have no certificate, before a service that requires one: they get no
// byte past TLS, no call of theirs reaches a handler, and whoever has a certificate is served.
#include <grpcpp/grpcpp.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/frame_client.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/read_file.h"
#include "tests/testing/resident_bytes.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

using Pair = TestCertificates::Pair;

constexpr size_t kMiB = size_t{1} << 20;

// A call that changes something, and one that whoever got past TLS would be answered.
std::string Calls() {
  return absl::StrCat(FrameClient::Greeting(),
                      FrameClient::CallOf(1, "/cachestore.v1.CacheStore/Set", "\n\3key"),
                      FrameClient::CallOf(3, "/grpc.health.v1.Health/Check", ""));
}

// What a handshake begins with.
std::string ClientHello() {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  BIO* const sent = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), sent);
  EXPECT_EQ(SSL_get_error(ssl.get(), SSL_connect(ssl.get())), SSL_ERROR_WANT_READ);
  const char* bytes = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(sent, &bytes));
  return {bytes, size};
}

class RequiredCertificateTest : public TransportTest {
 protected:
  // What becomes of a peer that shows this, and sends its calls without waiting to be let in: as
  // TLS 1.3 lets a client do before the server has seen its certificate.
  void ExpectNoByteForWhoShows(const std::optional<Pair>& shown) {
    for (const char* const version : {"-tls1_2", "-tls1_3"}) {
      std::vector<std::string> client = {"/usr/bin/timeout",
                                         "20",
                                         "/usr/bin/openssl",
                                         "s_client",
                                         "-quiet",
                                         version,
                                         "-alpn",
                                         "h2",
                                         "-connect",
                                         server_.address()};
      if (shown.has_value()) {
        client.insert(client.end(), {"-cert", shown->certificate, "-cert_chain", shown->certificate,
                                     "-key", shown->key});
      }
      const Finished finished = RunToEnd(client, {}, Calls());
      constexpr int kTimedOut = 124;
      EXPECT_NE(finished.exit_code, kTimedOut) << version << ": it is not hung up on";
      EXPECT_THAT(finished.error, ContainsRegex("CN ?= ?server"))
          << version << ": it came to nobody";
      EXPECT_EQ(finished.output, "") << version << ": it was answered";
    }
  }

  void ExpectHungUpOn(absl::string_view greeting) {
    FrameClient peer(server_.address(), greeting);
    EXPECT_TRUE(peer.AwaitEnd()) << "it is not hung up on";
  }

  void ExpectServed() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub = v1::CacheStore::NewStub(grpc::CreateCustomChannel(
        server_.address(),
        grpc::SslCredentials({.pem_root_certs = ReadFile(authority_.ca()),
                              .pem_private_key = ReadFile(client_.key),
                              .pem_cert_chain = ReadFile(client_.certificate)}),
        arguments));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.set_wait_for_ready(true);
    v1::PingResponse response;
    const grpc::Status status = stub->Ping(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << "who has a certificate is not served: " << status.error_message();
    ++served_;
  }

  void TearDown() override {
    ExpectServed();
    const size_t cap = (GetParam() == TransportKind::kHttp2 ? 64 : 128) * kMiB;
    EXPECT_LT(PeakResidentBytes(server_.process().pid()), cap);
    server_.process().Signal(SIGTERM);
    EXPECT_EQ(server_.process().Wait(), 0);
    EXPECT_THAT(server_.process().standard_error(),
                HasSubstr(absl::StrCat("stopped: ", served_, " calls started, ", served_,
                                       " finished, 0 in error")))
        << "a call of another reached a handler";
  }

  TestCertificates authority_;
  TestCertificates stranger_;  // Its authority has the same name.
  const Pair own_ = authority_.Sign("server", "DNS:localhost,IP:127.0.0.1");
  const Pair client_ = authority_.Sign("client", "DNS:client");
  RunningServer server_{GetParam(),
                        {"--tls_cert=" + own_.certificate, "--tls_key=" + own_.key,
                         "--tls_client_ca=" + authority_.ca(), "--tls_require_client_cert"}};
  int served_ = 0;
};

TEST_P(RequiredCertificateTest, WhoShowsNoneIsRefused) { ExpectNoByteForWhoShows(std::nullopt); }

TEST_P(RequiredCertificateTest, WhoShowsOneOfAnotherAuthorityIsRefused) {
  ExpectNoByteForWhoShows(stranger_.Sign("client", "DNS:client"));
}

TEST_P(RequiredCertificateTest, WhoShowsOneThatHasExpiredIsRefused) {
  ExpectNoByteForWhoShows(authority_.SignExpired("late", "DNS:client"));
}

// As who has a certificate would who wants to be another.
TEST_P(RequiredCertificateTest, WhoShowsOneThatItSignedWithItsOwnIsRefused) {
  const Pair forged = stranger_.Sign("forged", "DNS:admin");
  const Finished signing =
      RunToEnd({"/usr/bin/openssl", "x509", "-req", "-in", stranger_.folder() + "/forged.csr",
                "-CA", client_.certificate, "-CAkey", client_.key, "-days", "2", "-copy_extensions",
                "copy", "-out", forged.certificate});
  ASSERT_EQ(signing.exit_code, 0) << signing.error;
  const std::string chain = stranger_.folder() + "/chain.pem";
  std::ofstream(chain) << ReadFile(forged.certificate) << ReadFile(client_.certificate);
  ExpectNoByteForWhoShows(Pair{.certificate = chain, .key = forged.key});
}

TEST_P(RequiredCertificateTest, WhoSpeaksInTheClearIsHungUpOn) {
  ExpectHungUpOn(Calls());
  ExpectHungUpOn("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

TEST_P(RequiredCertificateTest, WhoseHandshakeIsGarbageIsHungUpOn) {
  ExpectHungUpOn(std::string(65'536, '\xff'));
  ExpectHungUpOn(std::string(65'536, '\0'));
  // The heads of a record and of a message that are good, and then nothing that is.
  ExpectHungUpOn(absl::StrCat(absl::string_view("\x16\3\1\x3f\xff\1\0\x3f\xfb\3\3", 11),
                              std::string(16'377, '\xff')));
  // A good beginning, and then what does not go on with it.
  ExpectHungUpOn(absl::StrCat(ClientHello(), Calls()));
  ExpectHungUpOn(absl::StrCat(ClientHello(), ClientHello()));
}

// gRPC gives a handshake 5 s, http2 10 s.
TEST_P(RequiredCertificateTest, WhoNeverComesToItsCertificateIsHungUpOn) {
  ExpectHungUpOn(ClientHello());
}

TEST_P(RequiredCertificateTest, WhoseHandshakeComesByteByByteIsHungUpOn) {
  constexpr size_t kMostSeconds = 30;
  const std::string hello = ClientHello();
  ASSERT_GT(hello.size(), kMostSeconds);
  FrameClient peer(server_.address(), "");
  bool has_ended = false;
  for (size_t i = 0; i < kMostSeconds && !has_ended; ++i) {
    has_ended = !peer.Push(hello.substr(i, 1)) || peer.AwaitEnd(std::chrono::seconds(1));
  }
  EXPECT_TRUE(has_ended) << "a byte a second is enough to stay";
}

TEST_P(RequiredCertificateTest, BesideAFloodOfHandshakesWhoHasACertificateIsServed) {
  const std::string hello = ClientHello();
  {
    std::vector<std::unique_ptr<FrameClient>> halfway;
    for (int i = 0; i < 300; ++i) {
      halfway.push_back(std::make_unique<FrameClient>(server_.address(), hello));
    }
    ExpectServed();
  }
  for (int i = 0; i < 1'000; ++i) FrameClient(server_.address(), hello);
  ExpectServed();
}

INSTANTIATE_TEST_SUITE_P(Over, RequiredCertificateTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
