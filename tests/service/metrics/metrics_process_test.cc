// SPDX-License-Identifier: Apache-2.0

// What a cache_server serves on its metrics address.
#include <civetweb.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/metrics/http_get.h"
#include "tests/service/running_server.h"
#include "tests/service/transport_test.h"
#include "tests/testing/await_until.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MetricsProcessTest : public TransportTest {
 protected:
  void Start(std::vector<std::string> flags = {}, const std::string& listen = "0") {
    flags.push_back("--metrics_listen=" + listen);
    server_ = std::make_unique<RunningServer>(GetParam(), flags);
    const std::string line = server_->process().AwaitLine("metrics on http://");
    const size_t begin = line.find("http://") + 7;
    address_ = line.substr(begin, line.find('/', begin) - begin);
  }

  void Set(const std::string& key, const std::string& value) {
    v1::SetRequest request;
    request.set_key(key);
    request.set_value(value);
    v1::SetResponse response;
    grpc::ClientContext context;
    server_->cache().Set(&context, request, &response);
  }

  std::unique_ptr<RunningServer> server_;
  std::string address_;
};

TEST_P(MetricsProcessTest, TellsOfCallsAndEntries) {
  Start({"--max_entries=2"});
  for (const char* key : {"a", "b", "c"}) Set(key, "value");
  Set("", "refused");
  const HttpReply reply = HttpGet(address_, "/metrics");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.head, HasSubstr("Connection: close"));
  EXPECT_THAT(reply.head, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  const std::string set = "cachestore_rpc_ended_total{service=\"cachestore.v1.CacheStore\",";
  EXPECT_THAT(reply.body,
              AllOf(HasSubstr(set + "method=\"Set\",code=\"OK\"} 3\n"),
                    HasSubstr(set + "method=\"Set\",code=\"INVALID_ARGUMENT\"} 1\n"),
                    HasSubstr("cachestore_rpc_duration_seconds_count{service=\"cachestore.v1."
                              "CacheStore\",method=\"Set\",code=\"OK\"} 3\n"),
                    HasSubstr("cachestore_connections 1\n"),
                    HasSubstr("cachestore_entries{namespace=\"\"} 2\n"),
                    HasSubstr("cachestore_max_entries{namespace=\"\"} 2\n"),
                    HasSubstr("cachestore_evictions_total{namespace=\"\",cap=\"entries\"} 1\n"),
                    HasSubstr("cachestore_ready 1\n"), HasSubstr("cachestore_rpc_in_flight 0\n"),
                    HasSubstr("process_open_fds ")));
}

TEST_P(MetricsProcessTest, NoKeyAndNoValueIsInIt) {
  Start();
  Set("a-secret-key", "a-secret-value");
  for (const char* page : {"/", "/metrics", "/stats.json"}) {
    EXPECT_THAT(HttpGet(address_, page).body, Not(HasSubstr("secret"))) << page;
  }
}

TEST_P(MetricsProcessTest, APageShowsItToPeople) {
  Start({"--max_entries=1234"});
  Set("key", "value");
  const HttpReply reply = HttpGet(address_, "/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.head, AllOf(HasSubstr("Content-Type: text/html"),
                                HasSubstr("Content-Security-Policy: default-src 'none'")));
  EXPECT_THAT(reply.body, AllOf(HasSubstr("Ready"), HasSubstr("<td>Set</td>"),
                                HasSubstr("<td>max_entries</td><td>1234</td>"),
                                HasSubstr("<td>metrics_listen</td><td>127.0.0.1:0</td>")));
}

TEST_P(MetricsProcessTest, OtherMachinesSeeNoSettings) {
  Start({}, "0.0.0.0:0");
  EXPECT_THAT(HttpGet(address_, "/").body, AllOf(HasSubstr("Ready"), Not(HasSubstr("Settings"))));
}

TEST_P(MetricsProcessTest, OtherMachinesAreToldOfWhatKindTheReasonIs) {
  const std::string address = "127.0.0.1:1";  // Where nobody listens.
  const std::vector<std::string> flags = {"--backend=redis",
                                          "--storage_url=redis://:hunter2@" + address + "/0"};
  Start(flags, "0.0.0.0:0");
  const std::string kind = "the backend cannot be reached, or refuses to serve";
  EXPECT_THAT(HttpGet(address_, "/").body, AllOf(HasSubstr("\">Not ready: " + kind + "</span>"),
                                                 Not(HasSubstr("cannot be reached: "))));
  EXPECT_THAT(HttpGet(address_, "/stats.json").body,
              HasSubstr("\"ready\":false,\"not_ready_reason\":\"" + kind + "\""));
  Start(flags);
  for (const char* page : {"/", "/stats.json"}) {
    EXPECT_THAT(HttpGet(address_, page).body,
                AllOf(HasSubstr("redis://" + address + "/0 cannot be reached: "),
                      Not(HasSubstr("hunter2"))))
        << "to operators";
  }
}

TEST_P(MetricsProcessTest, OtherMachinesAreToldThatItDrains) {
  Start({"--drain_delay=60s"}, "0.0.0.0:0");
  server_->process().Signal(SIGTERM);
  EXPECT_TRUE(AwaitUntil([&] {
    return HttpGet(address_, "/").body.find("Not ready: it is draining<") != std::string::npos;
  }));
}

TEST_P(MetricsProcessTest, ProgramsGetItInJson) {
  Start();
  Set("key", "value");
  const HttpReply reply = HttpGet(address_, "/stats.json");
  EXPECT_THAT(reply.head, HasSubstr("Content-Type: application/json"));
  EXPECT_THAT(reply.body, AllOf(HasSubstr("\"ready\":true"), HasSubstr("\"stored\":\"1\"")));
}

TEST_P(MetricsProcessTest, HealthzFollowsReadiness) {
  Start({"--drain_delay=60s"});
  EXPECT_EQ(HttpGet(address_, "/healthz").status, 200);
  server_->process().Signal(SIGTERM);
  EXPECT_TRUE(AwaitUntil([&] { return HttpGet(address_, "/healthz").status == 503; }))
      << "it drains";
}

TEST_P(MetricsProcessTest, OnlyReads) {
  Start();
  EXPECT_EQ(HttpGet(address_, "/metrics", "POST").status, 405);
  EXPECT_EQ(HttpGet(address_, "/metrics", "HEAD").body, "");
  const HttpReply nothing = HttpGet(address_, "/../etc/passwd");
  EXPECT_EQ(nothing.status, 404);
  EXPECT_THAT(nothing.body, HasSubstr("/metrics\n"));
}

TEST_P(MetricsProcessTest, WithoutAnAddressNobodyListens) {
  const Finished run = RunToEnd({RunningServer::kServer, "--metrics_listen=nowhere"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, HasSubstr("metrics_listen"));
}

TEST_P(MetricsProcessTest, AnAddressThatIsTakenEndsTheStart) {
  Start();
  const Finished run = RunToEnd({RunningServer::kServer, TransportFlag(GetParam()),
                                 "--listen=127.0.0.1:0", "--metrics_listen=" + address_});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.error,
              AllOf(HasSubstr("metrics_listen: " + address_ + ": Address already in use"),
                    Not(HasSubstr("serving on"))));
}

TEST_P(MetricsProcessTest, AnAddressOfIpv6IsListenedOnOrRefusedBeforeAnybodyIsServed) {
  if (mg_check_feature(MG_FEATURES_IPV6) != 0) return Start({}, "[::1]:0");
  const Finished run = RunToEnd({RunningServer::kServer, TransportFlag(GetParam()),
                                 "--listen=127.0.0.1:0", "--metrics_listen=[::1]:0"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.error, AllOf(HasSubstr("metrics_listen: [::1]:0: "), HasSubstr("give an IPv4"),
                               Not(HasSubstr("serving on"))));
}

TEST_P(MetricsProcessTest, PeopleWhoLookKeepNoProbeWaiting) {
  Start();
  // Browsers connect before they know what to ask for.
  std::vector<HttpConnection> silent;
  for (int i = 0; i < 8; ++i) silent.emplace_back(address_);
  EXPECT_EQ(HttpGet(address_, "/healthz").status, 200);
  for (HttpConnection& connection : silent) {
    EXPECT_EQ(connection.Ask("/healthz").status, 200) << "it was hung up on to make room";
  }
}

INSTANTIATE_TEST_SUITE_P(Over, MetricsProcessTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
