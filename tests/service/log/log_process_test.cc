// SPDX-License-Identifier: Apache-2.0

// What a cache_server logs, as whoever collects it reads it.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <csignal>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LogProcessTest : public TransportTest {};

void Set(RunningServer& server, const std::string& key) {
  v1::SetRequest request;
  request.set_key(key);
  request.set_value("secret-value");
  v1::SetResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(server.cache().Set(&context, request, &response).ok());
}

google::protobuf::Struct Parsed(const std::string& line) {
  google::protobuf::Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
  return parsed;
}

TEST_P(LogProcessTest, EachLineOfJsonIsAnObject) {
  RunningServer server(GetParam(), {"--log_format=json", "--access_log=1"});
  EXPECT_EQ(Parsed(server.start_line()).fields().at("level").string_value(), "info");
  Set(server, "greeting");
  const auto call = Parsed(server.process().AwaitLine("\"call\"")).fields();
  EXPECT_EQ(call.at("method").string_value(), "cachestore.v1.CacheStore/Set");
  EXPECT_EQ(call.at("code").string_value(), "OK");
  EXPECT_EQ(call.at("key_bytes").number_value(), 8);
  EXPECT_EQ(call.at("key_hash").string_value(), "18f6b020");
  EXPECT_THAT(call.at("peer").string_value(), HasSubstr("127.0.0.1"));
  server.process().Signal(SIGTERM);
  EXPECT_EQ(Parsed(server.process().AwaitLine("stopped")).fields().at("level").string_value(),
            "info");
}

TEST_P(LogProcessTest, NeitherKeyNorValueIsLogged) {
  RunningServer server(GetParam(), {"--access_log=1"});
  Set(server, "secret-key");
  EXPECT_THAT(server.process().AwaitLine("call, method"),
              AllOf(HasSubstr("CacheStore/Set"), Not(HasSubstr("secret"))));
}

TEST_P(LogProcessTest, ACallThatTakesTooLongIsAWarning) {
  RunningServer server(GetParam(), {"--slow_call=0s"});
  Set(server, "greeting");
  EXPECT_THAT(server.process().AwaitLine("slow call"), HasSubstr("warning: slow call, method"));
}

TEST_P(LogProcessTest, WhatIsBelowTheLevelIsLeftOut) {
  // Where others reach it there is a warning.
  Subprocess quiet(
      {RunningServer::kServer, "--listen=0.0.0.0:0", "--insecure_listen", "--log_level=warning"});
  EXPECT_THAT(quiet.AwaitLine("cache_server"), HasSubstr("warning: other machines reach"));
}

TEST_P(LogProcessTest, WhatIsNoSettingOfTheLogIsRefused) {
  for (const char* flag : {"--log_format=xml", "--log_level=loud", "--access_log=2",
                           "--access_log=nan", "--slow_call=soon"}) {
    const Finished run = RunToEnd({RunningServer::kServer, flag});
    EXPECT_EQ(run.exit_code, 2) << flag;
    EXPECT_THAT(run.error, HasSubstr(std::string(flag).substr(0, 10))) << flag;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, LogProcessTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
