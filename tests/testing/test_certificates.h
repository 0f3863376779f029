// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_TEST_CERTIFICATES_H_
#define TESTS_TESTING_TEST_CERTIFICATES_H_

#include <string>
#include <vector>

#include "tests/testing/temporary_folder.h"

namespace cachestore {

// Certificates for one test, made by openssl in a folder that is removed afterwards: an authority,
// and what it has signed. All members are paths of PEM files.
class TestCertificates {
 public:
  TestCertificates();

  // The authority is one that another has signed.
  struct SignedBy {
    const TestCertificates& root;
  };
  explicit TestCertificates(const SignedBy& other);

  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  const std::string& ca() const { return ca_; }

  struct Pair {
    std::string certificate;
    std::string key;
  };
  // A certificate of the authority for `names`, as in "DNS:localhost,IP:127.0.0.1"; empty: for its
  // common name alone, which is always `file_name`. It is good for two days from now on; or, with
  // -1 for `days`, until yesterday.
  Pair Sign(const std::string& file_name, const std::string& names, int days = 2);

  // Where a test may put other files.
  const std::string& folder() const { return folder_.path(); }

 private:
  const TemporaryFolder folder_;
  std::string ca_;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_TEST_CERTIFICATES_H_
