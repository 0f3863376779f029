// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/test_certificates.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

void Openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/usr/bin/openssl");
  const Finished finished = RunToEnd(arguments);
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
}

}  // namespace

TestCertificates::TestCertificates() {
  ca_ = folder() + "/ca.pem";
  Openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-subj", "/CN=Test authority", "-days", "2", "-keyout", folder() + "/ca.key", "-out",
           ca_});
}

TestCertificates::TestCertificates(const SignedBy& other) : ca_(folder() + "/ca.pem") {
  const std::string request = folder() + "/ca.csr";
  Openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
           "/CN=Test authority below another", "-addext", "basicConstraints=critical,CA:TRUE",
           "-keyout", folder() + "/ca.key", "-out", request});
  Openssl({"x509", "-req", "-in", request, "-CA", other.root.ca(), "-CAkey",
           other.root.folder() + "/ca.key", "-days", "2", "-copy_extensions", "copy", "-out", ca_});
}

TestCertificates::Pair TestCertificates::Sign(const std::string& file_name,
                                              const std::string& names, int days) {
  Pair pair = {.certificate = folder() + "/" + file_name + ".pem",
               .key = folder() + "/" + file_name + ".key"};
  const std::string request = folder() + "/" + file_name + ".csr";
  std::vector<std::string> arguments = {"req",
                                        "-newkey",
                                        "ec",
                                        "-pkeyopt",
                                        "ec_paramgen_curve:P-256",
                                        "-nodes",
                                        "-subj",
                                        "/CN=" + file_name,
                                        "-keyout",
                                        pair.key,
                                        "-out",
                                        request};
  if (!names.empty()) arguments.insert(arguments.end(), {"-addext", "subjectAltName=" + names});
  Openssl(std::move(arguments));
  Openssl({"x509", "-req", "-in", request, "-CA", ca_, "-CAkey", folder() + "/ca.key", "-days",
           std::to_string(days), "-copy_extensions", "copy", "-out", pair.certificate});
  return pair;
}

}  // namespace cachestore
