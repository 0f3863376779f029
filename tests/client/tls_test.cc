// SPDX-License-Identifier: Apache-2.0

// Clients of ours over TLS, against a service that is served over either transport.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/app_cache.h"
#include "client/client_tls.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/server.h"
#include "service/tls/tls_source.h"
#include "stores/blocking_cache_store.h"
#include "stores/event_log.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/service/transport_test.h"
#include "tests/testing/matchers.h"
#include "tests/testing/read_file.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

using Pair = TestCertificates::Pair;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

class ClientOverTlsTest : public TransportTest {
 protected:
  // Serves over TLS with a certificate for `names`; with `client_ca`, asks callers for theirs.
  void Serve(const std::string& names = "DNS:localhost,IP:127.0.0.1",
             const std::string& client_ca = "", bool requires_client_certificate = false) {
    const Pair pair = authority_.Sign("server", names);
    tls_ = TlsSource::Create({.certificate = pair.certificate,
                              .key = pair.key,
                              .client_ca = client_ca,
                              .requires_client_certificate = requires_client_certificate},
                             IgnoreEvents)
               .value();
    Listen();
  }

  void ServeInTheClear() { Listen(); }

  std::string Url(const std::string& scheme) const {
    return absl::StrCat(scheme, "://", server_->addresses().front());
  }

  static ClientTls Trusting(const TestCertificates& authority) {
    return {.ca_pem = ReadFile(authority.ca())};
  }

  // One that trusts the authority, and shows `shown`.
  ClientTls Showing(const Pair& shown) const {
    return {.ca_pem = ReadFile(authority_.ca()),
            .certificate_pem = ReadFile(shown.certificate),
            .key_pem = ReadFile(shown.key)};
  }

  absl::Status PingWith(const ClientTls& tls, const std::string& scheme = "grpcs") const {
    const auto client = RemoteCacheStore::Create({.url = Url(scheme), .tls = tls});
    if (!client.ok()) return client.status();
    return BlockingCacheStore(**client).Ping();
  }

  static Finished Cachectl(std::vector<std::string> arguments,
                           const std::vector<std::string>& environment = {}) {
    arguments.insert(arguments.begin(), "client/cachectl");
    return RunToEnd(std::move(arguments), environment);
  }

  TestCertificates authority_;
  TestCertificates stranger_;
  std::unique_ptr<MemoryCacheStore> store_ = *MemoryCacheStore::Create({});
  std::unique_ptr<TlsSource> tls_;
  std::unique_ptr<Server> server_;
  int close_calls_ = 0;

 private:
  void Listen() {
    server_ = Server::Start({.transport = GetParam(), .listen = {"127.0.0.1:0"}, .tls = tls_.get()},
                            *store_, [this] { ++close_calls_; })
                  .value();
  }
};

TEST_P(ClientOverTlsTest, ItsCallsAreAnswered) {
  Serve();
  const auto client = RemoteCacheStore::Create({.url = Url("grpcs"), .tls = Trusting(authority_)});
  ASSERT_THAT(client, IsOk());
  BlockingCacheStore cache(**client);
  const std::string large(1 << 20, 'v');  // Many records.
  EXPECT_THAT(cache.Set("key", absl::Cord(large)), IsOk());
  EXPECT_THAT(cache.Get("key"), IsHit(large));
  EXPECT_THAT(cache.BatchGet({"key", "other"}), IsOk());
  EXPECT_THAT(cache.Increment("counter", 1), IsOk()) << "by the channel that repeats nothing";
}

TEST_P(ClientOverTlsTest, CallsThatTravelTogetherAreAnswered) {
  Serve();
  const auto client = RemoteCacheStore::Create(
      {.url = Url("grpcs"), .tls = Trusting(authority_), .coalescing = Coalescing()});
  ASSERT_THAT(client, IsOk());
  BlockingCacheStore cache(**client);
  EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
  EXPECT_THAT(cache.Get("key"), IsHit("value"));
  EXPECT_THAT(cache.Delete("key"), IsOkAndHolds(true));
}

TEST_P(ClientOverTlsTest, AnAuthorityThatIsNotTrustedIsUnavailableAndNamed) {
  Serve();
  for (const ClientTls& tls : {Trusting(stranger_), ClientTls()}) {
    EXPECT_THAT(PingWith(tls), StatusIs(kUnavailable, HasSubstr("tls_ca_file")));
  }
}

TEST_P(ClientOverTlsTest, ACertificateForAnotherNameIsUnavailableAndSaysSo) {
  Serve("DNS:cache.example,IP:127.0.0.2");
  EXPECT_THAT(PingWith(Trusting(authority_)),
              StatusIs(kUnavailable, HasSubstr("for other names; put one of them in the URL")));
}

TEST_P(ClientOverTlsTest, AClientInTheClearIsUnavailableAndToldToWriteGrpcs) {
  Serve();
  EXPECT_THAT(PingWith({}, "grpc"), StatusIs(kUnavailable, HasSubstr("write grpcs://")));
}

TEST_P(ClientOverTlsTest, AServiceInTheClearIsUnavailableAndSaidToSpeakNoTls) {
  ServeInTheClear();
  EXPECT_THAT(PingWith(Trusting(authority_)),
              StatusIs(kUnavailable, HasSubstr("does not speak TLS")));
}

TEST_P(ClientOverTlsTest, NeverFallsBackToTheClearOrPretendsToBeOverTls) {
  ServeInTheClear();
  EXPECT_THAT(PingWith(Trusting(authority_), "grpc"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("write grpcs://")));
}

TEST_P(ClientOverTlsTest, ShowsItsCertificateToAServiceThatAsks) {
  for (const bool requires_one : {false, true}) {
    Serve("IP:127.0.0.1", authority_.ca(), requires_one);
    const auto client = RemoteCacheStore::Create(
        {.url = Url("grpcs"), .tls = Showing(authority_.Sign("client", "DNS:client"))});
    ASSERT_THAT(client, IsOk());
    BlockingCacheStore cache(**client);
    EXPECT_THAT(cache.Set("key", absl::Cord("value")), IsOk());
    EXPECT_THAT(cache.Increment("counter", 1), IsOk()) << "by the channel that repeats nothing";
  }
}

TEST_P(ClientOverTlsTest, WithoutOneItIsUnavailableWhereOneIsRequired) {
  Serve("IP:127.0.0.1", authority_.ca(), /*requires_client_certificate=*/true);
  EXPECT_THAT(PingWith(Trusting(authority_)), StatusIs(kUnavailable, HasSubstr("tls_cert_file")));
}

TEST_P(ClientOverTlsTest, ACertificateOfAnotherAuthorityIsUnavailable) {
  Serve("IP:127.0.0.1", authority_.ca());
  EXPECT_THAT(PingWith(Showing(stranger_.Sign("client", "DNS:client"))),
              StatusIs(kUnavailable, HasSubstr("tls_cert_file")));
}

TEST_P(ClientOverTlsTest, AnApplicationFindsItsFilesInTheEnvironment) {
  Serve("IP:127.0.0.1", authority_.ca(), /*requires_client_certificate=*/true);
  const Pair shown = authority_.Sign("client", "DNS:client");
  const std::string url = Url("grpcs");
  const std::vector<std::pair<const char*, std::string>> variables = {
      {"APP_CACHE_BACKEND", "remote"},
      {"APP_CACHE_STORAGE_URL", url},
      {"APP_CACHE_TLS_CA_FILE", authority_.ca()},
      {"APP_CACHE_TLS_CERT_FILE", shown.certificate},
      {"APP_CACHE_TLS_KEY_FILE", shown.key}};
  for (const auto& [name, text] : variables) setenv(name, text.c_str(), 1);
  const auto cache = CreateCacheStoreFromEnvironment();
  setenv("APP_CACHE_TLS_KEY_FILE", "/nowhere", 1);
  const auto without_key = CreateCacheStoreFromEnvironment();
  setenv("APP_CACHE_STORAGE_URL", "grpc://127.0.0.1:1", 1);
  const auto in_the_clear = CreateCacheStoreFromEnvironment();
  for (const auto& [name, text] : variables) unsetenv(name);

  ASSERT_THAT(cache, IsOk());
  EXPECT_THAT(BlockingCacheStore(**cache).Ping(), IsOk());
  EXPECT_THAT(without_key, StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("tls_key_file: /nowhere cannot be read")));
  EXPECT_THAT(in_the_clear, StatusIs(absl::StatusCode::kInvalidArgument,
                                     AllOf(HasSubstr("tls_ca_file"), HasSubstr("write grpcs://"))));
}

TEST_P(ClientOverTlsTest, CachectlTakesItsFilesFromFlagsOrTheEnvironment) {
  Serve("IP:127.0.0.1", authority_.ca(), /*requires_client_certificate=*/true);
  const Pair shown = authority_.Sign("client", "DNS:client");
  const std::vector<std::string> environment = {
      "APP_CACHE_STORAGE_URL=" + Url("grpcs"), "APP_CACHE_TLS_CA_FILE=" + authority_.ca(),
      "APP_CACHE_TLS_CERT_FILE=" + shown.certificate, "APP_CACHE_TLS_KEY_FILE=" + shown.key};
  const Finished set =
      Cachectl({"--server", Url("grpcs"), "--tls_ca_file", authority_.ca(), "--tls_cert_file",
                shown.certificate, "--tls_key_file", shown.key, "set", "key", "value"});
  EXPECT_EQ(set.exit_code, 0) << set.error;
  EXPECT_EQ(Cachectl({"get", "key"}, environment).output, "value");
  EXPECT_EQ(Cachectl({"health"}, environment).output, "SERVING\n");
  EXPECT_EQ(Cachectl({"close", "--yes"}, environment).exit_code, 0);
  EXPECT_EQ(close_calls_, 1);
}

TEST_P(ClientOverTlsTest, CachectlSaysInALineWhatIsWrong) {
  Serve();
  const Finished distrusting =
      Cachectl({"--server", Url("grpcs"), "--tls_ca_file", stranger_.ca(), "ping"});
  EXPECT_EQ(distrusting.exit_code, 3);
  EXPECT_THAT(distrusting.error, MatchesRegex("cachectl: ping: [^\n]*tls_ca_file\n"));

  const std::vector<std::string> environment = {"APP_CACHE_TLS_CA_FILE=" + authority_.ca() + "x"};
  const Finished none = Cachectl({"--server", Url("grpcs"), "ping"}, environment);
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.error, MatchesRegex("cachectl: APP_CACHE_TLS_CA_FILE: [^\n]*cannot be read"
                                       "[^\n]*\n"));
  const Finished in_the_clear =
      Cachectl({"--server", Url("grpc"), "--tls_ca_file", authority_.ca(), "ping"}, environment);
  EXPECT_EQ(in_the_clear.exit_code, 2);
  EXPECT_THAT(in_the_clear.error,
              MatchesRegex("cachectl: --tls_ca_file: [^\n]*write grpcs://[^\n]*\n"));
}

INSTANTIATE_TEST_SUITE_P(Over, ClientOverTlsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
