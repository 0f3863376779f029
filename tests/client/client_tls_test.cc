// SPDX-License-Identifier: Apache-2.0
#include "client/client_tls.h"

#include <fstream>
#include <string>

#include "absl/strings/string_view.h"
#include "client/service_url.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/matchers.h"
#include "tests/testing/read_file.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// The paths of three files; empty: not given.
ClientTlsFiles Files(const std::string& ca, const std::string& certificate,
                     const std::string& key) {
  ClientTlsFiles files;
  files.ca.path = ca;
  files.certificate.path = certificate;
  files.key.path = key;
  return files;
}

class ClientTlsTest : public testing::Test {
 protected:
  static absl::StatusOr<ClientTls> Read(const ClientTlsFiles& files,
                                        absl::string_view url = "grpcs://cache.example:50051") {
    return ReadClientTls(files, ParseServiceUrl(url).value());
  }

  TestCertificates certificates_;
  const std::string& ca_ = certificates_.ca();
  const TestCertificates::Pair pair_ = certificates_.Sign("client", "DNS:client");
};

MATCHER_P2(IsRefused, setting, problem, "names its setting and says what is wrong") {
  return testing::ExplainMatchResult(
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(StartsWith(std::string(setting) + ": "), HasSubstr(problem))),
      arg, result_listener);
}

TEST_F(ClientTlsTest, GivesWhatStandsInTheFiles) {
  const auto tls = Read(Files(ca_, pair_.certificate, pair_.key));
  ASSERT_THAT(tls, IsOk());
  EXPECT_EQ(tls->ca_pem, ReadFile(ca_));
  EXPECT_EQ(tls->certificate_pem, ReadFile(pair_.certificate));
  EXPECT_EQ(tls->key_pem, ReadFile(pair_.key));
}

TEST_F(ClientTlsTest, NeedsNone) {
  for (const char* url : {"grpcs://cache.example:50051", "grpc://cache.example:50051"}) {
    const auto tls = Read({}, url);
    ASSERT_THAT(tls, IsOk()) << url;
    EXPECT_TRUE(tls->empty()) << url;
  }
  EXPECT_THAT(Read(Files("", pair_.certificate, pair_.key)), IsOk());
}

TEST_F(ClientTlsTest, AnyForAUrlWithoutTlsIsRefused) {
  for (const char* url : {"grpc://cache.example:50051", "grpc://127.0.0.1:1", "unix:/a.sock"}) {
    EXPECT_THAT(Read(Files(ca_, "", ""), url), IsRefused("tls_ca_file", "write grpcs://")) << url;
    EXPECT_THAT(Read(Files("", pair_.certificate, pair_.key), url),
                IsRefused("tls_cert_file", "write grpcs://"));
    EXPECT_THAT(Read(Files("", "", pair_.key), url), IsRefused("tls_key_file", "write grpcs://"));
  }
}

TEST_F(ClientTlsTest, ACertificateAndItsKeyComeTogether) {
  EXPECT_THAT(Read(Files(ca_, pair_.certificate, "")), IsRefused("tls_key_file", "is not given"));
  EXPECT_THAT(Read(Files(ca_, "", pair_.key)), IsRefused("tls_cert_file", "is not given"));
  const TestCertificates::Pair other = certificates_.Sign("other", "DNS:other");
  EXPECT_THAT(Read(Files("", pair_.certificate, other.key)),
              IsRefused("tls_key_file", other.key + " is not the key of the certificate"));
}

TEST_F(ClientTlsTest, AFileThatIsNotThereIsRefused) {
  const std::string problem = "/nowhere cannot be read (No such file";
  EXPECT_THAT(Read(Files("/nowhere", "", "")), IsRefused("tls_ca_file", problem));
  EXPECT_THAT(Read(Files("", "/nowhere", pair_.key)), IsRefused("tls_cert_file", problem));
  EXPECT_THAT(Read(Files("", pair_.certificate, "/nowhere")), IsRefused("tls_key_file", problem));
}

TEST_F(ClientTlsTest, AFileOfSomethingElseIsRefused) {
  EXPECT_THAT(Read(Files(pair_.key, "", "")), IsRefused("tls_ca_file", "holds no PEM certificate"));
  EXPECT_THAT(Read(Files("", pair_.key, pair_.key)),
              IsRefused("tls_cert_file", "holds no PEM certificate"));
  EXPECT_THAT(Read(Files("", pair_.certificate, pair_.certificate)),
              IsRefused("tls_key_file", "holds no PEM key"));
}

TEST_F(ClientTlsTest, AnEncryptedKeyIsRefusedAndNobodyIsAskedForItsPassword) {
  const std::string path = certificates_.folder() + "/encrypted";
  const Finished made = RunToEnd({"/usr/bin/openssl", "pkcs8", "-topk8", "-in", pair_.key, "-out",
                                  path, "-passout", "pass:secret"});
  ASSERT_EQ(made.exit_code, 0) << made.error;
  EXPECT_THAT(Read(Files("", pair_.certificate, path)),
              IsRefused("tls_key_file", "or one that is encrypted"));
}

TEST_F(ClientTlsTest, AFileThatNeverEndsIsReadToABound) {
  EXPECT_THAT(Read(Files("/dev/zero", "", "")),
              IsRefused("tls_ca_file", "/dev/zero is larger than 1048576 bytes"));
  const std::string large = certificates_.folder() + "/large";
  std::ofstream(large) << ReadFile(ca_) << std::string((1 << 20) - ReadFile(ca_).size(), '\n');
  EXPECT_THAT(Read(Files(large, "", "")), IsOk()) << "as large as it may be";
}

TEST_F(ClientTlsTest, SettingsGoByTheNamesThatTheirCallerHasForThem) {
  ClientTlsFiles files = Files("/nowhere", "", "");
  files.ca.setting = "--tls_ca_file";
  EXPECT_THAT(Read(files), IsRefused("--tls_ca_file", "/nowhere cannot be read"));
}

}  // namespace
}  // namespace cachestore
