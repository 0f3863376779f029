// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_RUNNING_SERVER_H_
#define TESTS_SERVICE_RUNNING_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "protos/cache.grpc.pb.h"
#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"

namespace cachestore {

// A cache_server as a process of its own, on a free port, and stubs for it. The test's data must
// have //service:cache_server.
class RunningServer {
 public:
  static constexpr char kServer[] = "service/cache_server";

  explicit RunningServer(TransportKind transport, std::vector<std::string> flags = {},
                         const std::string& listen = "127.0.0.1:0")
      : process_(Arguments(transport, std::move(flags), listen)),
        start_line_(process_.AwaitLine("serving on ")),
        address_(AddressIn(start_line_)),
        channel_(grpc::CreateChannel(address_, grpc::InsecureChannelCredentials())),
        cache_(v1::CacheStore::NewStub(channel_)) {}

  Subprocess& process() { return process_; }
  const std::string& start_line() const { return start_line_; }
  const std::string& address() const { return address_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  v1::CacheStore::Stub& cache() { return *cache_; }

  // How many descriptors the process has now.
  ptrdiff_t descriptors() const {
    const std::string folder = absl::StrCat("/proc/", process_.pid(), "/fd");
    return std::distance(std::filesystem::directory_iterator(folder), {});
  }

  grpc::Status Ping() {
    grpc::ClientContext context;
    v1::PingResponse response;
    return cache_->Ping(&context, {}, &response);
  }

 private:
  static std::vector<std::string> Arguments(TransportKind transport, std::vector<std::string> flags,
                                            const std::string& listen) {
    flags.insert(flags.begin(), {kServer, TransportFlag(transport), "--listen=" + listen});
    return flags;
  }

  // The first address of "... serving on A, B; ...".
  static std::string AddressIn(const std::string& line) {
    const std::string before = "serving on ";
    const size_t start = line.find(before) + before.size();
    return line.substr(start, line.find_first_of(",;", start) - start);
  }

  Subprocess process_;
  std::string start_line_;
  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::CacheStore::Stub> cache_;
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_RUNNING_SERVER_H_
