// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_TRANSPORT_TEST_H_
#define TESTS_SERVICE_TRANSPORT_TEST_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "service/server.h"

namespace cachestore {

// What holds whatever carries the calls, and is tested over each transport:
//
//   using MyTest = TransportTest;
//
//   TEST_P(MyTest, IsAnswered) { TestServer server(store, GetParam()); ... }
//
//   INSTANTIATE_TEST_SUITE_P(Over, MyTest, EveryTransport(), TransportName);
//
// This is Over/MyTest.IsAnswered/Grpc and Over/MyTest.IsAnswered/Http2.
using TransportTest = testing::TestWithParam<TransportKind>;

inline auto EveryTransport() {
  return testing::Values(TransportKind::kGrpc, TransportKind::kHttp2);
}

inline std::string TransportName(const testing::TestParamInfo<TransportKind>& info) {
  return info.param == TransportKind::kGrpc ? "Grpc" : "Http2";
}

// For a cache_server that is a process of its own.
inline std::string TransportFlag(TransportKind transport) {
  return absl::StrCat("--transport=", transport == TransportKind::kGrpc ? "grpc" : "http2");
}

// Whether that is how a call may end that a draining server does not take. gRPC's own server
// cancels some of those that arrive last; ours never does.
inline bool IsRefusal(const grpc::Status& status, TransportKind transport) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         (status.error_code() == grpc::StatusCode::CANCELLED && transport == TransportKind::kGrpc);
}

}  // namespace cachestore

#endif  // TESTS_SERVICE_TRANSPORT_TEST_H_
