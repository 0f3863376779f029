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
  // common name alone, which is always `file_name`. It is good for so many days from now on.
  Pair Sign(const std::string& file_name, const std::string& names, int days = 2);

  // The same, of one that was good for a day of some year before.
  Pair SignExpired(const std::string& file_name, const std::string& names);

  // Where a test may put other files.
  const std::string& folder() const { return folder_.path(); }

 private:
  // Makes a key, and the request for its certificate. Returns the request's path.
  std::string Request(const Pair& pair, const std::string& file_name,
                      const std::string& names) const;
  Pair PairOf(const std::string& file_name) const;

  const TemporaryFolder folder_;
  std::string ca_;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_TEST_CERTIFICATES_H_
