// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_CACHECTL_TEST_H_
#define TESTS_CLIENT_CACHECTL_TEST_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"

namespace cachestore {

// cachectl as people run it, against cache_server as people run it.
class CachectlTest : public TransportTest {
 protected:
  // `flags` are further ones of the server.
  explicit CachectlTest(std::vector<std::string> flags = {}) : server_(Server(std::move(flags))) {}

  Finished Run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "client/cachectl");
    return RunToEnd(std::move(arguments), {"APP_CACHE_STORAGE_URL=grpc://" + address_}, input);
  }

  Subprocess server_;
  const std::string line_ = server_.AwaitLine("serving on ");
  const std::string address_ =
      line_.substr(line_.find("127.0.0.1:"), line_.find(';') - line_.find("127.0.0.1:"));

 private:
  static std::vector<std::string> Server(std::vector<std::string> flags) {
    flags.insert(flags.begin(),
                 {"service/cache_server", TransportFlag(GetParam()), "--listen=127.0.0.1:0"});
    return flags;
  }
};

}  // namespace cachestore

#endif  // TESTS_CLIENT_CACHECTL_TEST_H_
