// SPDX-License-Identifier: Apache-2.0

// What cachectl makes of a service's figures, without a service.
#include "client/command_line/stats_report.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/command_line/figures.h"
#include "client/command_line/json.h"
#include "client/command_line/latency_report.h"
#include "client/command_line/stats_figures.h"
#include "client/command_line/table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/latency_histogram.h"

namespace cachestore {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The class of what takes more than 0.5 ms and at most 1 ms.
const int kToAMillisecond = static_cast<int>(LatencyClassOf(1'000'000));

void AddMethod(v1::StatsResponse& stats, const std::string& service, const std::string& method,
               uint64_t ok, uint64_t unavailable) {
  v1::MethodStats& added = *stats.add_methods();
  added.set_service(service);
  added.set_method(method);
  (*added.mutable_ended())["OK"] = ok;
  if (unavailable > 0) (*added.mutable_ended())["UNAVAILABLE"] = unavailable;
  for (size_t i = 0; i < kLatencyClasses; ++i) added.mutable_latency()->add_counts(0);
  added.mutable_latency()->set_counts(kToAMillisecond, ok + unavailable);
  added.mutable_latency()->set_sum_seconds(static_cast<double>(ok + unavailable) * 0.75e-3);
}

void SetMemory(v1::MemoryStats& memory, uint64_t entries, uint64_t bytes) {
  memory.set_entries(entries);
  memory.set_max_entries(10'000);
  memory.set_bytes(bytes);
  memory.set_max_bytes(uint64_t{1} << 30);
}

// One that has run for 90 s, and was called.
v1::StatsResponse SomeStats(uint64_t gets = 100) {
  v1::StatsResponse stats;
  stats.set_version("1.2");
  stats.set_backend("memory");
  stats.set_ready(true);
  stats.mutable_started()->set_seconds(1'000);
  stats.mutable_now()->set_seconds(1'090);
  AddMethod(stats, "cachestore.v1.CacheStore", "Get", gets, 2);
  AddMethod(stats, "cachestore.v1.CacheStore", "Set", 0, 0);
  AddMethod(stats, "cachestore.v1.CacheAdmin", "Stats", 7, 0);
  AddMethod(stats, "grpc.health.v1.Health", "Check", 9, 0);
  v1::NamespaceStats& space = *stats.add_namespaces();
  space.set_hits(75);
  space.set_misses(25);
  SetMemory(*space.mutable_memory(), 12, uint64_t{512} << 20);
  space.mutable_memory()->set_expired(3);
  space.mutable_memory()->set_evicted_for_entries(4);
  space.mutable_memory()->set_evicted_for_bytes(5);
  v1::Window& minute = *stats.add_windows();
  minute.mutable_length()->set_seconds(60);
  minute.set_calls(600);
  minute.set_errors(6);
  minute.set_hits(9);
  minute.set_misses(1);
  minute.set_p50(0.000085);
  minute.set_p99(0.0012);
  v1::Window& hour = *stats.add_windows();
  hour.mutable_length()->set_seconds(90);
  return stats;
}

v1::RedisNodeStats& AddNode(v1::NamespaceStats* space, const std::string& name,
                            uint64_t round_trips) {
  v1::RedisNodeStats& node = *space->mutable_redis()->add_nodes();
  node.set_node(name);
  for (size_t i = 0; i < kLatencyClasses; ++i) node.mutable_round_trips()->add_counts(0);
  node.mutable_round_trips()->set_counts(kToAMillisecond, round_trips);
  node.mutable_round_trips()->set_sum_seconds(static_cast<double>(round_trips) * 0.5e-3);
  return node;
}

// Two namespaces over one cluster of two nodes, of which the second is down.
v1::StatsResponse OverCluster(uint64_t round_trips = 4) {
  v1::StatsResponse stats = SomeStats();
  stats.add_namespaces();
  for (v1::NamespaceStats& space : *stats.mutable_namespaces()) {
    AddNode(&space, "10.0.0.1:6379", round_trips).set_connected(true);
    v1::RedisNodeStats& down = AddNode(&space, "10.0.0.2:6379", 0);
    down.set_losses(2);
    down.set_failed_attempts(9);
    space.mutable_redis()->set_topology_changes(2);
    space.mutable_redis()->set_moved(5);
    space.mutable_redis()->set_asked(1);
    space.mutable_redis()->set_uncovered_slots(8'192);
  }
  return stats;
}

TEST(StatsReportTest, ABoundOfConnectionsIsThereWhereTheTransportHasOne) {
  v1::StatsResponse stats = SomeStats();
  EXPECT_THAT(StatsReport(stats), Not(HasSubstr("connections"))) << "an older service tells none";
  stats.mutable_connections()->set_open(25);
  EXPECT_THAT(StatsReport(stats), HasSubstr("\ncallers    25 connections\n"));
  stats.mutable_connections()->set_max_open(100);
  EXPECT_THAT(StatsReport(stats), HasSubstr("\ncallers    25 of 100 connections, 0 refused\n"));
}

TEST(FiguresTest, HaveThreeDigitsThatCount) {
  EXPECT_EQ(FormatNumber(0), "0");
  EXPECT_EQ(FormatNumber(0.25), "0.25");
  EXPECT_EQ(FormatNumber(12.345), "12.3");
  EXPECT_EQ(FormatNumber(9.996), "10.0");
  EXPECT_EQ(FormatNumber(12'345), "12345");
  EXPECT_EQ(FormatSeconds(0), "0 s");
  EXPECT_EQ(FormatSeconds(0.000085), "85.0 us");
  EXPECT_EQ(FormatSeconds(0.00125), "1.25 ms");
  EXPECT_EQ(FormatSeconds(0.9999), "1.00 s");
  EXPECT_EQ(FormatShare(1, 8), "12.5 %");
  EXPECT_EQ(FormatShare(0, 0), "-");
}

TEST(FiguresTest, SpansAreInTheTwoLargestUnits) {
  EXPECT_EQ(FormatSpan(absl::ZeroDuration()), "0 s");
  EXPECT_EQ(FormatSpan(absl::Seconds(59)), "59 s");
  EXPECT_EQ(FormatSpan(absl::Seconds(60)), "1 min 0 s");
  EXPECT_EQ(FormatSpan(absl::Hours(3) + absl::Minutes(4)), "3 h 4 min");
  EXPECT_EQ(FormatSpan(absl::Hours(24 * 12 + 5)), "12 d 5 h");
}

TEST(TableTest, AlignsFiguresToTheRight) {
  Table table({"method", "calls"});
  EXPECT_TRUE(table.empty());
  table.Add({"Get", "12"});
  table.Add({"Increment", "123456"});
  EXPECT_EQ(table.ToString(),
            "method      calls\n"
            "Get            12\n"
            "Increment  123456\n");
}

TEST(JsonTest, ObjectsKeepTheirOrderAndQuoteWhatTheyMust) {
  const std::string json = JsonObject()
                               .Text("b", "a\"\\\n\x7f\xff\xc3\xa4")
                               .Bytes("a", std::string("\0\xff", 2))
                               .Count("count", 18446744073709551615u)
                               .Number("number", 0.25)
                               .Flag("flag", false)
                               .List("list", {JsonObject(), JsonObject().Count("one", 1)})
                               .ToString();
  EXPECT_EQ(json,
            "{\"b\":\"a\\\"\\\\\\u000a\\u007f\xEF\xBF\xBD\xc3\xa4\",\"a\":\"AP8=\","
            "\"count\":18446744073709551615,\"number\":0.25,\"flag\":false,"
            "\"list\":[{},{\"one\":1}]}");
}

TEST(StatsFiguresTest, SumWhatCallersCalledAlone) {
  const Figures figures = FiguresOf(SomeStats());
  EXPECT_EQ(figures.calls, 102);
  EXPECT_EQ(figures.errors, 2);
  EXPECT_EQ(figures.latency.total(), 102);
  EXPECT_EQ(figures.methods.size(), 4u);
  EXPECT_NEAR(figures.methods[0].latency.Percentile(0.5), 0.75e-3, 1e-9);
  EXPECT_NEAR(figures.methods[0].latency.Mean(), 0.75e-3, 1e-9);
}

TEST(StatsFiguresTest, AnIntervalIsWhatCountersGrewBy) {
  const v1::StatsResponse before = SomeStats(100);
  v1::StatsResponse now = SomeStats(350);
  now.mutable_now()->set_seconds(1'092);
  now.mutable_namespaces(0)->set_hits(80);
  now.mutable_namespaces(0)->mutable_memory()->set_entries(10);
  now.mutable_namespaces(0)->mutable_memory()->set_expired(6);
  const Interval interval = Between(before, now);
  EXPECT_FALSE(interval.has_restarted);
  EXPECT_EQ(interval.length, absl::Seconds(2));
  EXPECT_EQ(interval.figures.calls, 250);
  EXPECT_EQ(interval.figures.errors, 0);
  EXPECT_EQ(interval.figures.hits, 5);
  EXPECT_EQ(interval.figures.methods[0].latency.total(), 250);
  EXPECT_EQ(interval.figures.memory->entries, 10);
  EXPECT_EQ(interval.figures.memory->expired, 3);
}

TEST(StatsFiguresTest, AnotherProcessBeginsAnew) {
  v1::StatsResponse now = SomeStats(5);
  now.mutable_started()->set_seconds(1'088);
  const Interval interval = Between(SomeStats(100), now);
  EXPECT_TRUE(interval.has_restarted);
  EXPECT_EQ(interval.length, absl::Seconds(2));
  EXPECT_EQ(interval.figures.calls, 7);
}

TEST(StatsFiguresTest, AClockThatIsSetBackMakesNoIntervalBelowZero) {
  v1::StatsResponse now = SomeStats();
  now.mutable_now()->set_seconds(1'080);
  EXPECT_EQ(Between(SomeStats(), now).length, absl::ZeroDuration());
}

TEST(StatsFiguresTest, SumOverTheNodesOfRedisAndByEach) {
  const Figures figures = FiguresOf(OverCluster());
  ASSERT_TRUE(figures.redis.has_value());
  const RedisFigures& redis = *figures.redis;
  EXPECT_EQ(redis.all.nodes, 4) << "two for each namespace";
  EXPECT_EQ(redis.all.connected, 2);
  EXPECT_EQ(redis.all.losses, 4);
  EXPECT_EQ(redis.all.round_trips.total(), 8);
  ASSERT_EQ(redis.by_node.size(), 2u);
  EXPECT_EQ(redis.by_node.at("10.0.0.2:6379").connected, 0);
  EXPECT_EQ(redis.by_node.at("10.0.0.2:6379").failed_attempts, 18);
  EXPECT_EQ(redis.moved, 10);
  EXPECT_EQ(redis.uncovered_slots, 8'192) << "they are the same ones for both";
}

TEST(StatsFiguresTest, AnIntervalIsWhatTheNodesOfRedisThatAreThereCounted) {
  v1::StatsResponse now = OverCluster(/*round_trips=*/10);
  for (v1::NamespaceStats& space : *now.mutable_namespaces()) {
    space.mutable_redis()->mutable_nodes(1)->set_node("10.0.0.3:6379");
    space.mutable_redis()->set_topology_changes(3);
  }
  const RedisFigures redis = Between(OverCluster(/*round_trips=*/4), now).figures.redis.value();
  EXPECT_EQ(redis.by_node.at("10.0.0.1:6379").round_trips.total(), 12);
  EXPECT_EQ(redis.all.round_trips.total(), 12);
  EXPECT_EQ(redis.all.losses, 4) << "of the new node; those of the one that is gone are not theirs";
  EXPECT_EQ(redis.all.nodes, 4);
  EXPECT_EQ(redis.topology_changes, 2);
  EXPECT_EQ(redis.moved, 0);
}

TEST(StatsReportTest, ShowsTheVerdictThenTheFigures) {
  const std::string report = StatsReport(SomeStats());
  EXPECT_THAT(report, StartsWith("ready\n"
                                 "cache_server 1.2, backend memory, up 1 min 30 s, in flight 0\n"
                                 "\n"
                                 "                 calls/s  errors  hit ratio      p50      p99\n"
                                 "last minute         10.0       6     90.0 %  85.0 us  1.20 ms\n"
                                 "last 1 min 30 s        0       0          -        -        -\n"
                                 "\n"
                                 "memory     512.0 MiB of 1.0 GiB (50.0 %), 12 of 10000 entries\n"
                                 "dropped    3 expired, 4 evicted for entries, 5 evicted for "
                                 "bytes\n"));
  EXPECT_THAT(report, EndsWith("\n"
                               "method                       calls  errors     p50     p99\n"
                               "Get                            102       2  750 us  995 us\n"
                               "Stats                            7       0  750 us  995 us\n"
                               "grpc.health.v1.Health/Check      9       0  750 us  995 us\n"));
  EXPECT_THAT(report, Not(HasSubstr("namespace")));
  EXPECT_THAT(report, Not(HasSubstr("redis")));
}

TEST(StatsReportTest, SaysWhyItIsNotReadyInOneLine) {
  v1::StatsResponse stats = SomeStats();
  stats.set_ready(false);
  stats.set_not_ready_reason("Redis\x1b[2J\nis away");
  EXPECT_THAT(StatsReport(stats), StartsWith("not ready: Redis [2J is away\n"));
}

TEST(StatsReportTest, SaysThatCallsAreNotCounted) {
  v1::StatsResponse stats = SomeStats();
  EXPECT_THAT(StatsReport(stats), Not(HasSubstr("not counted")));
  stats.clear_methods();
  EXPECT_THAT(StatsReport(stats), EndsWith("\ncalls are not counted: the service runs with "
                                           "call_metrics=false\n"));
}

TEST(StatsReportTest, ShowsNamespacesIfThereAreSeveral) {
  v1::StatsResponse stats = SomeStats();
  stats.mutable_namespaces(0)->set_name("billing");
  v1::NamespaceStats& other = *stats.add_namespaces();
  other.set_name("reports");
  other.mutable_redis()->add_nodes()->set_connected(true);
  const std::string report = StatsReport(stats);
  EXPECT_THAT(report, HasSubstr("\nbilling    "));
  EXPECT_THAT(report, HasSubstr("\nreports    "));
  EXPECT_THAT(report, HasSubstr("redis      connected, 0 lost, 0 failed attempts"));
  EXPECT_THAT(report, Not(HasSubstr("node")));
}

TEST(StatsReportTest, ShowsHowEachNodeOfRedisIsIfThereAreSeveral) {
  EXPECT_THAT(StatsReport(OverCluster()),
              HasSubstr("redis      2 of 4 connected, 4 lost, 18 failed attempts, 0 commands in "
                        "flight, 8192 slots without a master\n"
                        "           round trips: p50 750 us, p99 995 us\n"
                        "           topology: 4 changes, 10 MOVED, 2 ASK\n"
                        "process "));
  EXPECT_THAT(
      StatsReport(OverCluster()),
      HasSubstr(
          "\n"
          "node                      state  lost  failed attempts  in flight     p50     p99\n"
          "10.0.0.1:6379  2 of 2 connected     0                0          0  750 us  995 us\n"
          "10.0.0.2:6379  0 of 2 connected     4               18          0       -       -\n"
          "\n"
          "namespace "));
}

TEST(StatsReportTest, WhatIsOverRedisAndKnowsNoNodeIsNotConnected) {
  v1::StatsResponse stats = SomeStats();
  stats.mutable_namespaces(0)->mutable_redis();
  EXPECT_THAT(StatsReport(stats), HasSubstr("redis      not connected, 0 lost"));
}

TEST(LatencyReportTest, HasARowForEachMethodThatWasCalledAndForRedis) {
  v1::StatsResponse stats = SomeStats();
  AddNode(stats.mutable_namespaces(0), "10.0.0.1:6379", /*round_trips=*/4);
  EXPECT_EQ(LatencyReport("in 90 s", FiguresOf(stats)),
            "in 90 s                      calls    mean     p50     p90     p99    p99.9\n"
            "Get                            102  750 us  750 us  950 us  995 us  1.00 ms\n"
            "Stats                            7  750 us  750 us  950 us  995 us  1.00 ms\n"
            "grpc.health.v1.Health/Check      9  750 us  750 us  950 us  995 us  1.00 ms\n"
            "round trips to Redis             4  500 us  750 us  950 us  995 us  1.00 ms\n");
  EXPECT_EQ(LatencyReport("in 5 s", Figures()), "in 5 s: no calls\n");
}

TEST(LatencyReportTest, HasARowForEachNodeOfRedisThatAnsweredIfThereAreSeveral) {
  v1::StatsResponse stats;
  for (const char* name : {"10.0.0.1:6379", "10.0.0.2:6379"}) {
    AddNode(stats.add_namespaces(), name, /*round_trips=*/4);
  }
  AddNode(stats.mutable_namespaces(1), "10.0.0.3:6379", /*round_trips=*/0);
  EXPECT_EQ(LatencyReport("in 90 s", FiguresOf(stats)),
            "in 90 s                       calls    mean     p50     p90     p99    p99.9\n"
            "round trips to Redis              8  500 us  750 us  950 us  995 us  1.00 ms\n"
            "round trips to 10.0.0.1:6379      4  500 us  750 us  950 us  995 us  1.00 ms\n"
            "round trips to 10.0.0.2:6379      4  500 us  750 us  950 us  995 us  1.00 ms\n");
}

}  // namespace
}  // namespace cachestore
