// SPDX-License-Identifier: Apache-2.0
// The Redis store over TLS: the contract, whom it trusts, and what it shows.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_delegate.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/conformance.h"
#include "tests/testing/loopback.h"
#include "tests/testing/matchers.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

// A Redis that speaks TLS on a port of its own, and TCP in the clear for the test's own commands.
class TlsRedis {
 public:
  explicit TlsRedis(const std::string& names, bool asks_for_certificate = false)
      : port_(FreePort()), redis_(Arguments(names, asks_for_certificate)) {}

  RedisServer& redis() { return redis_; }
  TestCertificates& certificates() { return certificates_; }
  std::string Url(const std::string& host) const {
    return absl::StrCat("rediss://", host, ":", port_, "/0");
  }

 private:
  std::vector<std::string> Arguments(const std::string& names, bool asks_for_certificate) {
    const TestCertificates::Pair pair = certificates_.Sign("server", names);
    return {"--tls-port",         absl::StrCat(port_),
            "--tls-cert-file",    pair.certificate,
            "--tls-key-file",     pair.key,
            "--tls-ca-cert-file", certificates_.ca(),
            "--tls-auth-clients", asks_for_certificate ? "yes" : "no"};
  }

  TestCertificates certificates_;
  const uint16_t port_;
  RedisServer redis_;
};

TlsRedis& SharedTlsRedis() {
  static TlsRedis redis("DNS:localhost,IP:127.0.0.1");
  return redis;
}

class TlsDelegate final : public RedisDelegate {
 public:
  explicit TlsDelegate(const Limits& limits)
      : RedisDelegate(SharedTlsRedis().redis(),
                      {.url = SharedTlsRedis().Url("localhost"),
                       .tls = {.ca = SharedTlsRedis().certificates().ca()},
                       .limits = limits}) {}
};

INSTANTIATE_TEST_SUITE_P(RedisOverTls, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<TlsDelegate>()));

absl::Status Ping(const std::string& url, const redis::TlsFiles& tls,
                  absl::Duration connect_timeout = absl::Seconds(20)) {
  const auto store = RedisCacheStore::Create(
      {.url = url, .tls = tls, .timeout = absl::Seconds(20), .connect_timeout = connect_timeout});
  return store.ok() ? BlockingCacheStore(**store).Ping() : store.status();
}

TEST(RedisTlsTest, NameAndAddressOfTheCertificateAreAccepted) {
  TlsRedis& redis = SharedTlsRedis();
  EXPECT_THAT(Ping(redis.Url("localhost"), {.ca = redis.certificates().ca()}), IsOk());
  EXPECT_THAT(Ping(redis.Url("127.0.0.1"), {.ca = redis.certificates().ca()}), IsOk());
}

TEST(RedisTlsTest, CertificateForAnotherNameIsRefused) {
  TlsRedis redis("DNS:elsewhere.example");
  const redis::TlsFiles tls = {.ca = redis.certificates().ca()};
  EXPECT_THAT(Ping(redis.Url("localhost"), tls),
              StatusIs(kUnavailable,
                       AllOf(HasSubstr("TLS handshake failed"), HasSubstr("hostname mismatch"))));
  EXPECT_THAT(Ping(redis.Url("127.0.0.1"), tls),
              StatusIs(kUnavailable, HasSubstr("IP address mismatch")));
}

TEST(RedisTlsTest, CertificateOfAnUnknownAuthorityIsRefused) {
  TlsRedis& redis = SharedTlsRedis();
  const TestCertificates others;
  EXPECT_THAT(Ping(redis.Url("localhost"), {.ca = others.ca()}),
              StatusIs(kUnavailable, HasSubstr("TLS handshake failed")));
  EXPECT_THAT(Ping(redis.Url("localhost"), {}),
              StatusIs(kUnavailable, HasSubstr("TLS handshake failed")))
      << "the system's authorities have not signed it";
}

TEST(RedisTlsTest, ServerInTheClearIsUnavailable) {
  // Redis waits for what it takes for a command to end.
  const RedisServer redis;
  EXPECT_THAT(Ping(absl::StrCat("rediss://127.0.0.1:", redis.port()), {}, absl::Milliseconds(100)),
              StatusIs(kUnavailable, HasSubstr("connecting took longer than 100ms")));
}

TEST(RedisTlsTest, ClientShowsItsCertificate) {
  TlsRedis redis("DNS:localhost", /*asks_for_certificate=*/true);
  const TestCertificates::Pair client = redis.certificates().Sign("client", "DNS:client");
  redis::TlsFiles tls = {
      .ca = redis.certificates().ca(), .certificate = client.certificate, .key = client.key};
  EXPECT_THAT(Ping(redis.Url("localhost"), tls), IsOk());
  tls.certificate.clear();
  tls.key.clear();
  EXPECT_THAT(Ping(redis.Url("localhost"), tls), StatusIs(kUnavailable));
}

TEST(RedisTlsTest, FilesThatCannotBeUsedAreNamed) {
  TestCertificates certificates;
  const TestCertificates::Pair one = certificates.Sign("one", "DNS:one");
  const TestCertificates::Pair two = certificates.Sign("two", "DNS:two");
  const std::string empty = certificates.folder() + "/empty";
  std::ofstream(empty).close();
  const std::string url = "rediss://localhost";
  const std::string ca = certificates.ca();
  EXPECT_THAT(Ping(url, {.ca = "/nowhere"}),
              StatusIs(kInvalid, AllOf(HasSubstr("redis_ca_file: "),
                                       HasSubstr("No such file or directory"))));
  EXPECT_THAT(Ping(url, {.ca = empty}), StatusIs(kInvalid, HasSubstr("redis_ca_file: ")));
  EXPECT_THAT(Ping(url, {.ca = ca, .certificate = empty, .key = one.key}),
              StatusIs(kInvalid, HasSubstr("redis_cert_file: ")));
  EXPECT_THAT(Ping(url, {.ca = ca, .certificate = one.certificate, .key = two.key}),
              StatusIs(kInvalid, HasSubstr("redis_key_file: no key that fits")));
  EXPECT_THAT(Ping(url, {.ca = ca, .certificate = one.certificate}),
              StatusIs(kInvalid, HasSubstr("redis_key_file: is not given")));
  EXPECT_THAT(Ping(url, {.ca = ca, .key = one.key}),
              StatusIs(kInvalid, HasSubstr("redis_cert_file: is not given")));
}

TEST(RedisTlsTest, FilesWithoutTlsAreRefused) {
  EXPECT_THAT(Ping("redis://localhost", {.ca = "/ca.pem"}),
              StatusIs(kInvalid, AllOf(HasSubstr("redis_ca_file: "), HasSubstr("rediss://"))));
  EXPECT_THAT(Ping("redis://localhost", {.certificate = "/cert.pem"}),
              StatusIs(kInvalid, HasSubstr("redis_cert_file: ")));
  EXPECT_THAT(Ping("unix:///run/redis.sock", {.key = "/key.pem"}),
              StatusIs(kInvalid, HasSubstr("redis_key_file: ")));
}

}  // namespace
}  // namespace cachestore
