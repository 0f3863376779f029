// SPDX-License-Identifier: Apache-2.0
#include "service/tls/tls_source.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/event_log.h"
#include "tests/service/replace_file.h"
#include "tests/testing/matchers.h"
#include "tests/testing/read_file.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TlsSourceTest : public testing::Test {
 protected:
  TlsSourceTest() { source_ = TlsSource::Create(files_, Log()).value(); }

  EventLog Log() {
    return [this](Severity /*severity*/, absl::string_view line) { log_.emplace_back(line); };
  }

  // Writes this in the place of one of the files, and has the source look.
  void Replace(const std::string& path, const std::string& text) {
    ReplaceFile(path, text);
    source_->Refresh();
  }

  TestCertificates certificates_;
  const TestCertificates::Pair old_ = certificates_.Sign("old", "DNS:localhost");
  const TestCertificates::Pair new_ = certificates_.Sign("new", "DNS:localhost");
  const std::string old_certificate_ = ReadFile(old_.certificate);
  const std::string old_key_ = ReadFile(old_.key);
  const std::string new_certificate_ = ReadFile(new_.certificate);
  const std::string new_key_ = ReadFile(new_.key);
  const TlsFiles files_ = {
      .certificate = old_.certificate, .key = old_.key, .client_ca = certificates_.ca()};
  std::vector<std::string> log_;
  std::unique_ptr<TlsSource> source_;
};

TEST_F(TlsSourceTest, WhatDoesNotChangeIsNotReadAgain) {
  const auto before = source_->current();
  source_->Refresh();
  EXPECT_EQ(source_->current(), before);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(TlsSourceTest, APairThatIsReplacedIsServedWithOnceBothOfItAreThere) {
  for (const bool is_key_first : {true, false}) {
    Replace(is_key_first ? old_.key : old_.certificate, is_key_first ? new_key_ : new_certificate_);
    EXPECT_EQ(source_->current()->certificate_pem, old_certificate_);
    EXPECT_THAT(log_, ElementsAre(HasSubstr("is not the key of the certificate")));
    Replace(is_key_first ? old_.certificate : old_.key, is_key_first ? new_certificate_ : new_key_);
    EXPECT_EQ(source_->current()->certificate_pem, new_certificate_);
    EXPECT_EQ(source_->current()->key_pem, new_key_);
    EXPECT_THAT(log_.back(), HasSubstr("tls_cert: read again"));
    // And once more, from the old ones, in the other order.
    ReplaceFile(old_.certificate, old_certificate_);
    ReplaceFile(old_.key, old_key_);
    source_->Refresh();
    ASSERT_EQ(source_->current()->certificate_pem, old_certificate_);
    log_.clear();
  }
}

TEST_F(TlsSourceTest, WhatCannotBeUsedIsRefusedByItsSettingAndWhatWasThereStays) {
  const std::string half = new_certificate_.substr(0, new_certificate_.size() / 2);
  const std::string garbled =
      new_certificate_.substr(0, 100) + "AAAA" + new_certificate_.substr(104);
  const auto before = source_->current();
  for (const std::string& text : {std::string(), half, garbled, std::string("no PEM at all"),
                                  old_certificate_ + half, std::string(size_t{2} << 20, 'x')}) {
    log_.clear();
    Replace(old_.certificate, text);
    EXPECT_THAT(log_, ElementsAre(AllOf(HasSubstr("tls_cert: "),
                                        HasSubstr("what was there before is still"))));
  }
  Replace(old_.certificate, old_certificate_);
  log_.clear();
  Replace(old_.key, ReadFile(old_.key).substr(0, 60));
  EXPECT_THAT(log_, ElementsAre(HasSubstr("tls_key: ")));
  Replace(old_.key, old_key_);
  log_.clear();
  Replace(certificates_.ca(), "");
  EXPECT_THAT(log_, ElementsAre(HasSubstr("tls_client_ca: ")));
  EXPECT_EQ(source_->current()->client_ca_pem, before->client_ca_pem);
}

TEST_F(TlsSourceTest, AFileThatGoesChangesNothing) {
  std::filesystem::remove(old_.certificate);
  source_->Refresh();
  EXPECT_THAT(log_, ElementsAre(HasSubstr("tls_cert: " + old_.certificate + " cannot be read")));
  EXPECT_EQ(source_->current()->certificate_pem, old_certificate_);
}

TEST_F(TlsSourceTest, WhatMakesNoSenseTogetherIsRefused) {
  const auto refused = [&](const TlsFiles& files) {
    return std::string(TlsSource::Create(files, Log()).status().message());
  };
  EXPECT_THAT(refused({.client_ca = certificates_.ca()}), HasSubstr("tls_cert: is not given"));
  EXPECT_THAT(refused({.requires_client_certificate = true}), HasSubstr("tls_cert: is not given"));
  EXPECT_THAT(
      refused(
          {.certificate = old_.certificate, .key = old_.key, .requires_client_certificate = true}),
      HasSubstr("tls_client_ca: is not given"));
  EXPECT_THAT(refused({.certificate = old_.certificate, .key = old_.key, .client_ca = old_.key}),
              HasSubstr("tls_client_ca: " + old_.key + " holds no PEM certificate"));
}

}  // namespace
}  // namespace cachestore
