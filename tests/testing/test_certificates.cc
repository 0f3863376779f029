// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/test_certificates.h"

#include <fstream>
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

TestCertificates::Pair TestCertificates::PairOf(const std::string& file_name) const {
  const std::string path = folder() + "/" + file_name;
  return {.certificate = path + ".pem", .key = path + ".key"};
}

std::string TestCertificates::Request(const Pair& pair, const std::string& file_name,
                                      const std::string& names) const {
  std::string request = folder() + "/" + file_name + ".csr";
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
  return request;
}

TestCertificates::Pair TestCertificates::Sign(const std::string& file_name,
                                              const std::string& names, int days) {
  Pair pair = PairOf(file_name);
  const std::string request = Request(pair, file_name, names);
  Openssl({"x509", "-req", "-in", request, "-CA", ca_, "-CAkey", folder() + "/ca.key", "-days",
           std::to_string(days), "-copy_extensions", "copy", "-out", pair.certificate});
  return pair;
}

// Of the commands of openssl, in all its releases, `ca` alone takes any dates; it wants its files.
TestCertificates::Pair TestCertificates::SignExpired(const std::string& file_name,
                                                     const std::string& names) {
  Pair pair = PairOf(file_name);
  const std::string request = Request(pair, file_name, names);
  const std::string configuration = folder() + "/ca.cnf";
  std::ofstream(folder() + "/index.txt").flush();
  std::ofstream(configuration) << "[ca]\ndefault_ca = authority\n"
                               << "[authority]\ndatabase = " << folder() << "/index.txt\n"
                               << "new_certs_dir = " << folder() << "\nrand_serial = yes\n"
                               << "default_md = sha256\ncopy_extensions = copy\npolicy = any\n"
                               << "[any]\ncommonName = supplied\n";
  Openssl({"ca", "-batch", "-notext", "-config", configuration, "-in", request, "-cert", ca_,
           "-keyfile", folder() + "/ca.key", "-startdate", "20200101000000Z", "-enddate",
           "20200102000000Z", "-out", pair.certificate});
  return pair;
}

}  // namespace cachestore
