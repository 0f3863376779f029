// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/families.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

using testing::ElementsAre;
using testing::Pair;

// The family of that name; an empty one if it is not there.
prometheus::MetricFamily FamilyOf(const MetricFamilies& families, const std::string& name) {
  for (const prometheus::MetricFamily& family : families) {
    if (family.name == name) return family;
  }
  return {};
}

TEST(FamiliesTest, LatenciesOfACodeAddUpToItsCalls) {
  v1::StatsResponse stats;
  for (const double bound : {0.001, 0.01}) stats.add_latency_bounds(bound);
  v1::MethodStats& method = *stats.add_methods();
  method.set_service("a.Service");
  method.set_method("Do");
  (*method.mutable_ended())["OK"] = 4;
  (*method.mutable_ended())["INTERNAL"] = 1;
  v1::Latency& latency = (*method.mutable_latency_by_status())["OK"];
  for (const uint64_t count : {1, 2, 1}) latency.add_counts(count);
  latency.set_sum_seconds(0.5);
  const MetricFamilies families = FamiliesOf(stats);
  EXPECT_EQ(FamilyOf(families, "cachestore_rpc_ended_total").metric.size(), 2);
  const auto histogram =
      FamilyOf(families, "cachestore_rpc_duration_seconds").metric.at(0).histogram;
  EXPECT_EQ(histogram.sample_count, 4);
  EXPECT_EQ(histogram.sample_sum, 0.5);
  EXPECT_EQ(histogram.bucket[0].cumulative_count, 1);
  EXPECT_EQ(histogram.bucket[1].cumulative_count, 3);
  EXPECT_EQ(histogram.bucket[1].upper_bound, 0.01);
  EXPECT_EQ(histogram.bucket[2].cumulative_count, 4);
}

TEST(FamiliesTest, ErrorsOfTheCacheAreThereFromTheStart) {
  v1::StatsResponse stats;
  for (const char* service : {"cachestore.v1.CacheStore", "grpc.health.v1.Health"}) {
    v1::MethodStats& method = *stats.add_methods();
    method.set_service(service);
    (*method.mutable_ended())["OK"] = 1;
    (*method.mutable_ended())["INTERNAL"] = 2;
  }
  double errors = 0;
  for (const auto& metric : FamilyOf(FamiliesOf(stats), "cachestore_rpc_ended_total").metric) {
    errors += metric.counter.value;
  }
  EXPECT_EQ(errors, 6) << "what was counted is there once";
  EXPECT_EQ(FamilyOf(FamiliesOf(stats), "cachestore_rpc_ended_total").metric.size(), 7 + 2);
}

TEST(FamiliesTest, EachNamespaceHasItsOwn) {
  v1::StatsResponse stats;
  for (const char* name : {"one", "two", "elsewhere"}) stats.add_namespaces()->set_name(name);
  stats.mutable_namespaces(0)->mutable_memory()->set_entries(7);
  stats.mutable_namespaces(1)->mutable_memory()->set_entries(9);
  stats.mutable_namespaces(2)->mutable_redis()->add_nodes()->set_connected(true);
  const MetricFamilies families = FamiliesOf(stats);
  std::vector<double> entries;
  for (const auto& metric : FamilyOf(families, "cachestore_entries").metric) {
    entries.push_back(metric.gauge.value);
  }
  EXPECT_THAT(entries, ElementsAre(7, 9)) << "what a store cannot tell is not there";
  EXPECT_EQ(FamilyOf(families, "cachestore_hits_total").metric.size(), 3);
  EXPECT_EQ(FamilyOf(families, "cachestore_redis_up").metric.at(0).gauge.value, 1);
}

using Labelled = std::pair<std::vector<std::string>, double>;

// The metrics of a family of gauges or counters, by the values of their labels.
std::vector<Labelled> MetricsOf(const prometheus::MetricFamily& family) {
  std::vector<Labelled> metrics;
  for (const prometheus::ClientMetric& metric : family.metric) {
    std::vector<std::string> labels;
    for (const auto& label : metric.label) labels.push_back(label.value);
    const bool is_gauge = family.type == prometheus::MetricType::Gauge;
    metrics.emplace_back(std::move(labels), is_gauge ? metric.gauge.value : metric.counter.value);
  }
  return metrics;
}

TEST(FamiliesTest, EachNodeOfRedisHasItsOwn) {
  v1::StatsResponse stats;
  v1::NamespaceStats& space = *stats.add_namespaces();
  space.set_name("billing");
  v1::RedisNodeStats& up = *space.mutable_redis()->add_nodes();
  up.set_node("10.0.0.1:6379");
  up.set_connected(true);
  up.set_pipelined(4);
  v1::RedisNodeStats& down = *space.mutable_redis()->add_nodes();
  down.set_node("10.0.0.2:6379");
  down.set_losses(3);
  const MetricFamilies families = FamiliesOf(stats);
  const std::vector<std::string> of_up = {"billing", "10.0.0.1:6379"};
  const std::vector<std::string> of_down = {"billing", "10.0.0.2:6379"};
  EXPECT_THAT(MetricsOf(FamilyOf(families, "cachestore_redis_up")),
              ElementsAre(Pair(of_up, 1), Pair(of_down, 0)));
  EXPECT_THAT(MetricsOf(FamilyOf(families, "cachestore_redis_connections_lost_total")),
              ElementsAre(Pair(of_up, 0), Pair(of_down, 3)));
  EXPECT_THAT(MetricsOf(FamilyOf(families, "cachestore_redis_pipelined_commands")),
              ElementsAre(Pair(of_up, 4), Pair(of_down, 0)));
  EXPECT_EQ(FamilyOf(families, "cachestore_redis_round_trip_seconds").metric.size(), 2);
  EXPECT_EQ(FamilyOf(families, "cachestore_redis_up").metric.at(0).label.at(1).name, "node");
}

TEST(FamiliesTest, ABoundOfConnectionsIsThereWhereTheTransportHasOne) {
  v1::StatsResponse stats;
  stats.mutable_connections()->set_open(3);
  EXPECT_EQ(FamilyOf(FamiliesOf(stats), "cachestore_connections").metric.at(0).gauge.value, 3);
  EXPECT_EQ(FamilyOf(FamiliesOf(stats), "cachestore_max_connections").metric.size(), 0);
  stats.mutable_connections()->set_max_open(100);
  stats.mutable_connections()->set_refused(7);
  const MetricFamilies families = FamiliesOf(stats);
  EXPECT_EQ(FamilyOf(families, "cachestore_connections").metric.at(0).gauge.value, 3);
  EXPECT_EQ(FamilyOf(families, "cachestore_max_connections").metric.at(0).gauge.value, 100);
  EXPECT_EQ(FamilyOf(families, "cachestore_connections_refused_total").metric.at(0).counter.value,
            7);
}

TEST(FamiliesTest, TheTopologyOfRedisIsOfItsNamespace) {
  v1::StatsResponse stats;
  v1::NamespaceStats& space = *stats.add_namespaces();
  space.set_name("billing");
  space.mutable_redis()->set_topology_changes(2);
  space.mutable_redis()->set_moved(5);
  space.mutable_redis()->set_asked(1);
  space.mutable_redis()->set_uncovered_slots(5'461);
  const MetricFamilies families = FamiliesOf(stats);
  const auto labels = [](std::vector<std::string> values) { return values; };
  EXPECT_THAT(MetricsOf(FamilyOf(families, "cachestore_redis_topology_changes_total")),
              ElementsAre(Pair(labels({"billing"}), 2)));
  EXPECT_THAT(
      MetricsOf(FamilyOf(families, "cachestore_redis_redirections_total")),
      ElementsAre(Pair(labels({"billing", "moved"}), 5), Pair(labels({"billing", "ask"}), 1)));
  EXPECT_THAT(MetricsOf(FamilyOf(families, "cachestore_redis_uncovered_slots")),
              ElementsAre(Pair(labels({"billing"}), 5'461)));
}

TEST(FamiliesTest, AFamilyWithoutMetricsIsNotThere) {
  for (const prometheus::MetricFamily& family : FamiliesOf(v1::StatsResponse())) {
    EXPECT_FALSE(family.metric.empty()) << family.name;
  }
}

}  // namespace
}  // namespace cachestore
