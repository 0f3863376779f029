// SPDX-License-Identifier: Apache-2.0
#include "service/tls/names_in_certificate.h"

#include <string>
#include <vector>

#include "credentials/pem.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/read_file.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::ElementsAre;

class NamesInCertificateTest : public testing::Test {
 protected:
  std::vector<std::string> NamesOf(const std::string& common_name, const std::string& names) {
    const TestCertificates::Pair pair = certificates_.Sign(common_name, names);
    return NamesIn(*CertificatesOf(ReadFile(pair.certificate)).at(0));
  }

  TestCertificates certificates_;
};

TEST_F(NamesInCertificateTest, AreThoseOfHostsPeopleAndUris) {
  EXPECT_THAT(NamesOf("reports",
                      "DNS:reports.example.com,IP:192.0.2.1,URI:spiffe://example.com/a,"
                      "email:reports@example.com,DNS:other.example.com"),
              ElementsAre("reports.example.com", "spiffe://example.com/a", "reports@example.com",
                          "other.example.com"));
}

TEST_F(NamesInCertificateTest, AreTheCommonNameIfThereAreNoOthers) {
  EXPECT_THAT(NamesOf("reports", ""), ElementsAre("reports"));
  EXPECT_THAT(NamesOf("reports", "IP:192.0.2.1"), ElementsAre("reports"));
}

}  // namespace
}  // namespace cachestore
