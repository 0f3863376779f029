// SPDX-License-Identifier: Apache-2.0
#include "credentials/pem.h"

#include <openssl/err.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/read_file.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::IsEmpty;
using testing::NotNull;
using testing::SizeIs;

class PemTest : public testing::Test {
 protected:
  ~PemTest() override { EXPECT_EQ(ERR_peek_error(), 0) << "no error is left behind"; }

  TestCertificates certificates_;
  const TestCertificates::Pair pair_ = certificates_.Sign("server", "DNS:localhost");
  const std::string certificate_ = ReadFile(pair_.certificate);
  const std::string key_ = ReadFile(pair_.key);
  const std::string authority_ = ReadFile(certificates_.ca());
};

TEST_F(PemTest, CertificatesComeInTheirOrder) {
  const std::vector<Certificate> chain = CertificatesOf(certificate_ + authority_);
  ASSERT_THAT(chain, SizeIs(2));
  EXPECT_EQ(X509_cmp(chain[0].get(), CertificatesOf(certificate_)[0].get()), 0);
  EXPECT_EQ(X509_cmp(chain[1].get(), CertificatesOf(authority_)[0].get()), 0);
}

TEST_F(PemTest, WhatElseStandsThereIsPassedOver) {
  const std::string all = "A server's own:\n" + certificate_ + key_ + authority_;
  EXPECT_THAT(CertificatesOf(all), SizeIs(2));
  EXPECT_THAT(KeyOf(all), NotNull());
}

TEST_F(PemTest, ATextWithoutThemHasNone) {
  for (const char* text : {"", "no PEM at all"}) {
    EXPECT_THAT(CertificatesOf(text), IsEmpty());
    EXPECT_EQ(KeyOf(text), nullptr);
  }
  EXPECT_THAT(CertificatesOf(key_), IsEmpty());
  EXPECT_EQ(KeyOf(certificate_), nullptr);
}

TEST_F(PemTest, AChainOfWhichAPartIsBrokenIsNone) {
  const std::string half = authority_.substr(0, authority_.size() / 2);
  EXPECT_THAT(CertificatesOf(certificate_ + half), IsEmpty());
  EXPECT_EQ(KeyOf(key_.substr(0, key_.size() / 2)), nullptr);
}

TEST_F(PemTest, AnEncryptedKeyIsNoneAndNobodyIsAskedForItsPassword) {
  const std::string path = certificates_.folder() + "/encrypted";
  const Finished made = RunToEnd({"/usr/bin/openssl", "pkcs8", "-topk8", "-in", pair_.key, "-out",
                                  path, "-passout", "pass:secret"});
  ASSERT_THAT(ReadFile(path), testing::HasSubstr("ENCRYPTED")) << made.error;
  EXPECT_EQ(KeyOf(ReadFile(path)), nullptr);
}

TEST_F(PemTest, AnErrorThatWasThereBeforeIsNotForgotten) {
  ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
  const auto before = ERR_peek_last_error();
  EXPECT_THAT(CertificatesOf(certificate_), SizeIs(1));
  EXPECT_EQ(KeyOf(certificate_), nullptr);
  EXPECT_EQ(ERR_peek_last_error(), before);
  ERR_clear_error();
}

}  // namespace
}  // namespace cachestore
