// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/status_page.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A service that has done something for a minute.
v1::StatsResponse Stats() {
  v1::StatsResponse stats;
  stats.set_version("1.2.3");
  stats.set_backend("memory");
  stats.set_ready(true);
  stats.mutable_started()->set_seconds(1'000);
  stats.mutable_now()->set_seconds(1'000 + 3'660);
  stats.add_methods()->set_method("Get");
  for (int i = 0; i < 2; ++i) {
    v1::Window& window = *stats.add_windows();
    window.mutable_length()->set_seconds(60);
    window.set_calls(1'200);
    window.set_errors(12);
    window.set_hits(750);
    window.set_misses(250);
    window.set_p50(0.00002);
    window.set_p99(0.0015);
  }
  v1::NamespaceStats& space = *stats.add_namespaces();
  space.mutable_memory()->set_bytes(16 << 20);
  space.mutable_memory()->set_max_bytes(64 << 20);
  space.mutable_memory()->set_entries(500);
  space.mutable_memory()->set_max_entries(1'000);
  return stats;
}

v1::RedisNodeStats& AddNode(v1::NamespaceStats* space, const std::string& name) {
  v1::RedisNodeStats& node = *space->mutable_redis()->add_nodes();
  node.set_node(name);
  return node;
}

TEST(StatusPageTest, TheVerdictComesFirst) {
  const std::string page = StatusPage(Stats(), {});
  EXPECT_THAT(page, HasSubstr("<title>CacheStore: ready</title>"));
  EXPECT_LT(page.find("Ready</span>"), page.find("Hit ratio"));
  EXPECT_THAT(page, HasSubstr("1.2.3 · over memory · up 1 h 1 min"));
}

TEST(StatusPageTest, ABoundOfConnectionsIsThereWhereTheTransportHasOne) {
  v1::StatsResponse stats = Stats();
  stats.mutable_connections()->set_open(25);
  EXPECT_THAT(StatusPage(stats, {}), AllOf(HasSubstr("<h2>Connections</h2><div class=\"big\">25<"),
                                           Not(HasSubstr("refused"))));
  stats.mutable_connections()->set_max_open(100);
  stats.mutable_connections()->set_refused(7);
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<h2>Connections</h2><div class=\"big\">25<"), HasSubstr("width:25%"),
                    HasSubstr("of 100 · refused 7 since the start")));
}

TEST(StatusPageTest, WhatIsNotReadySaysWhy) {
  v1::StatsResponse stats = Stats();
  stats.set_ready(false);
  stats.set_not_ready_reason("redis://cache.example cannot be reached");
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<title>CacheStore: not ready</title>"),
                    HasSubstr("Not ready: redis://cache.example cannot be reached</span>")));
}

TEST(StatusPageTest, WhatIsNotReadyForNoReasonHasNoColon) {
  v1::StatsResponse stats = Stats();
  stats.set_ready(false);
  EXPECT_THAT(StatusPage(stats, {}), HasSubstr("\">Not ready</span>"));
}

TEST(StatusPageTest, NumbersAreThereWithoutItsScript) {
  EXPECT_THAT(StatusPage(Stats(), {}),
              AllOf(HasSubstr("75.0 %"), HasSubstr("20/s"), HasSubstr("1.0 %"), HasSubstr("1.5 ms"),
                    HasSubstr("p50 20 µs"), HasSubstr("16 MiB"), HasSubstr("of 64 MiB, 25.0 %"),
                    HasSubstr("of 1 k, 50.0 %")));
}

TEST(StatusPageTest, WhatOthersNamedIsNoMarkup) {
  v1::StatsResponse stats = Stats();
  stats.mutable_namespaces(0)->set_name("<script>alert(1)</script>");
  stats.set_ready(false);
  stats.set_not_ready_reason("<b>\"down\"</b>");
  EXPECT_THAT(StatusPage(stats, {{"key_prefix", "<i>"}}),
              AllOf(Not(HasSubstr("<script>alert")), HasSubstr("&lt;script&gt;alert(1)"),
                    HasSubstr("&lt;b&gt;&quot;down&quot;"), HasSubstr("<td>&lt;i&gt;</td>")));
}

TEST(StatusPageTest, AStoreInRedisShowsItsConnectionAndNoMemory) {
  v1::StatsResponse stats = Stats();
  stats.mutable_namespaces(0)->clear_memory();
  AddNode(stats.mutable_namespaces(0), "127.0.0.1:6379").set_losses(3);
  EXPECT_THAT(StatusPage(stats, {}), AllOf(HasSubstr("not connected"), HasSubstr("lost 3 times"),
                                           Not(HasSubstr("<h2>Memory"))));
  stats.mutable_namespaces(0)->mutable_redis()->mutable_nodes(0)->set_connected(true);
  EXPECT_THAT(StatusPage(stats, {}), AllOf(HasSubstr("<div class=\"big\">connected</div>"),
                                           Not(HasSubstr("away: ")), Not(HasSubstr("slots"))));
}

TEST(StatusPageTest, NamesTheNodesOfRedisThatAreNotConnectedOnce) {
  v1::StatsResponse stats = Stats();
  stats.add_namespaces();
  for (v1::NamespaceStats& space : *stats.mutable_namespaces()) {
    space.clear_memory();
    AddNode(&space, "10.0.0.1:6379").set_connected(true);
    AddNode(&space, "10.0.0.2:6379").set_losses(2);
  }
  AddNode(stats.mutable_namespaces(1), "/run/<b>.sock");
  EXPECT_THAT(
      StatusPage(stats, {}),
      AllOf(HasSubstr("<div class=\"big\">2 of 5 connected</div>"),
            HasSubstr("lost 4 times since the start · away: /run/&lt;b&gt;.sock, 10.0.0.2:6379<"),
            Not(HasSubstr("10.0.0.1"))));
}

TEST(StatusPageTest, SaysHowManySlotsNoMasterHas) {
  v1::StatsResponse stats = Stats();
  v1::RedisStats& redis = *stats.mutable_namespaces(0)->mutable_redis();
  redis.set_uncovered_slots(5'461);
  stats.add_namespaces()->mutable_redis()->set_uncovered_slots(5'462);
  EXPECT_THAT(StatusPage(stats, {}), AllOf(HasSubstr("not connected"),
                                           HasSubstr(" · 5462 slots without a master</small>")))
      << "they are the same ones for all namespaces";
}

TEST(StatusPageTest, MethodsThatNobodyCalledAreLeftOut) {
  v1::StatsResponse stats = Stats();
  for (const char* name : {"Get", "Set"}) {
    v1::MethodStats& method = *stats.add_methods();
    method.set_service("cachestore.v1.CacheStore");
    method.set_method(name);
    (*method.mutable_ended())["OK"] = 0;
  }
  (*stats.mutable_methods(1)->mutable_ended())["OK"] = 5;
  (*stats.mutable_methods(1)->mutable_ended())["INTERNAL"] = 2;
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<td>Get</td><td>7</td><td>2</td>"), Not(HasSubstr("<td>Set"))));
}

TEST(StatusPageTest, MethodsOfOtherServicesHaveTheNamesOfThose) {
  v1::StatsResponse stats = Stats();
  stats.mutable_methods(0)->set_service("grpc.health.v1.Health");
  stats.mutable_methods(0)->set_method("Check");
  (*stats.mutable_methods(0)->mutable_ended())["OK"] = 1;
  EXPECT_THAT(StatusPage(stats, {}), HasSubstr("<td>grpc.health.v1.Health/Check</td><td>1</td>"));
}

TEST(StatusPageTest, WithoutCallsLatenciesAreDashes) {
  v1::StatsResponse stats = Stats();
  for (v1::Window& window : *stats.mutable_windows()) {
    for (const auto clear : {&v1::Window::clear_calls, &v1::Window::clear_errors,
                             &v1::Window::clear_p50, &v1::Window::clear_p99}) {
      (window.*clear)();
    }
  }
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<h2>Latency, p99</h2><div class=\"big\">–</div>"),
                    HasSubstr("<small>p50 – · last hour –</small>"), Not(HasSubstr("0 s<"))));
}

TEST(StatusPageTest, WhereCallsAreNotCountedItSaysSoAndWhatToDo) {
  const std::string advice = "start the service without <code>--call_metrics=false</code>";
  v1::StatsResponse stats = Stats();
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<h2>Calls</h2>"), Not(HasSubstr("not counted"))));
  stats.clear_methods();
  stats.set_calls_in_flight(3);
  EXPECT_THAT(StatusPage(stats, {}),
              AllOf(HasSubstr("<div class=\"big\">not counted</div>"), HasSubstr(advice),
                    HasSubstr(" · 3 in flight"), HasSubstr("75.0 %"), Not(HasSubstr("0/s")),
                    Not(HasSubstr("p99")), Not(HasSubstr("Calls a second"))));
}

TEST(StatusPageTest, SettingsAreShownIfThereAreAny) {
  EXPECT_THAT(StatusPage(Stats(), {{"max_bytes", "64MiB"}}),
              HasSubstr("<td>max_bytes</td><td>64MiB</td>"));
  EXPECT_THAT(StatusPage(Stats(), {}), Not(HasSubstr("Settings")));
}

TEST(StatusPageTest, AServiceThatHasDoneNothingHasNoNumberThatIsNone) {
  v1::StatsResponse stats;
  for (int i = 0; i < 2; ++i) stats.add_windows();
  EXPECT_THAT(StatusPage(stats, {}), AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
}

}  // namespace
}  // namespace cachestore
