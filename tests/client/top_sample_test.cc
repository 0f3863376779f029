// SPDX-License-Identifier: Apache-2.0

// What cachectl top shows, without a service or a terminal.
#include "client/command_line/top_sample.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "stores/latency_histogram.h"

namespace cachestore {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The class of what takes more than 0.5 ms and at most 1 ms.
const size_t kToAMillisecond = LatencyClassOf(1'000'000);

MethodFigures Method(const std::string& name, uint64_t calls) {
  MethodFigures method = {.service = "cachestore.v1.CacheStore", .method = name, .calls = calls};
  method.latency.counts.resize(kLatencyClasses);
  method.latency.counts[kToAMillisecond] = calls;
  method.latency.sum_seconds = 0.75e-3 * static_cast<double>(calls);
  return method;
}

// Two seconds of a service.
TopSample SomeSample() {
  TopSample sample = {.time = absl::FromUnixSeconds(1'700'000'000)};
  sample.stats.set_version("1.2");
  sample.stats.set_backend("memory");
  sample.stats.set_ready(true);
  sample.stats.set_calls_in_flight(3);
  sample.stats.mutable_started()->set_seconds(1'000);
  sample.stats.mutable_now()->set_seconds(1'090);
  sample.interval.length = absl::Seconds(2);
  Figures& figures = sample.interval.figures;
  figures.calls = 500;
  figures.errors = 10;
  figures.hits = 90;
  figures.misses = 10;
  figures.methods = {Method("Get", 100), Method("Set", 400), Method("Delete", 0)};
  figures.latency = Method("", 500).latency;
  figures.memory = MemoryFigures{.entries = 12,
                                 .max_entries = 100,
                                 .bytes = 512,
                                 .max_bytes = 1024,
                                 .expired = 4,
                                 .evicted_for_entries = 2,
                                 .evicted_for_bytes = 0};
  return sample;
}

// A cluster of two nodes, of which the second is down.
RedisFigures SomeCluster() {
  RedisFigures redis = {.uncovered_slots = 8'192};
  redis.by_node["10.0.0.1:6379"] = {
      .nodes = 1, .connected = 1, .round_trips = Method("", 8).latency};
  redis.by_node["10.0.0.2:6379"] = {.nodes = 1, .losses = 3};
  redis.all = {.nodes = 2, .connected = 1, .losses = 3, .round_trips = Method("", 8).latency};
  return redis;
}

std::vector<std::string> Texts(const std::vector<ScreenLine>& lines) {
  std::vector<std::string> texts;
  for (const ScreenLine& line : lines) texts.push_back(line.text);
  return texts;
}

TEST(TopSampleTest, ALineHasTheRatesOfASecond) {
  EXPECT_EQ(TopLine(SomeSample()),
            "2023-11-14T22:13:20Z ready, 250 calls/s, 5.00 errors/s, hit ratio 90.0 %, p50 750 us, "
            "p99 995 us, 512 B of 1.0 KiB (50.0 %), 12 of 100 entries");
}

TEST(TopSampleTest, ALineSaysThatThereIsNoAnswer) {
  TopSample sample = SomeSample();
  sample.status = absl::UnavailableError("it is\ngone");
  EXPECT_EQ(TopLine(sample), "2023-11-14T22:13:20Z no answer: it is gone");
  EXPECT_EQ(TopJson(sample),
            R"({"time":"2023-11-14T22:13:20Z","error":"UNAVAILABLE","message":"it is\u000agone"})");
}

TEST(TopSampleTest, ALineSaysThatItHasRestarted) {
  TopSample sample = SomeSample();
  sample.interval.has_restarted = true;
  EXPECT_THAT(TopLine(sample), HasSubstr("Z restarted, ready, "));
}

TEST(TopSampleTest, JsonHasRatesOfASecondAndMethodsByThem) {
  EXPECT_EQ(TopJson(SomeSample()),
            R"({"time":"2023-11-14T22:13:20Z","ready":true,"not_ready_reason":"",)"
            R"("restarted":false,"interval":2,"calls":250,"errors":5,"hit_ratio":0.9,)"
            R"("p50":0.00075,"p99":0.000995,"in_flight":3,"entries":12,"bytes":512,"methods":[)"
            R"({"name":"Set","calls":200,"errors":0,"p50":0.00075,"p99":0.000995},)"
            R"({"name":"Get","calls":50,"errors":0,"p50":0.00075,"p99":0.000995}]})");
}

TEST(TopSampleTest, JsonHasNoHitRatioWithoutReads) {
  TopSample sample = SomeSample();
  sample.interval.figures.hits = 0;
  sample.interval.figures.misses = 0;
  EXPECT_THAT(TopJson(sample), HasSubstr("\"hit_ratio\":null"));
}

TEST(TopSampleTest, JsonHasTheNodesOfRedis) {
  TopSample sample = SomeSample();
  sample.interval.figures.redis = SomeCluster();
  EXPECT_THAT(
      TopJson(sample),
      HasSubstr(R"("redis_connected":false,"redis_uncovered_slots":8192,"redis_nodes":[)"
                R"({"name":"10.0.0.1:6379","connected":true,"p50":0.00075,"p99":0.000995},)"
                R"({"name":"10.0.0.2:6379","connected":false,"p50":0,"p99":0}],"methods")"));
}

TEST(TopScreenTest, ShowsTheVerdictTheFiguresAndTheMethodsByRate) {
  const std::vector<ScreenLine> lines =
      TopScreen("cache:50051", SomeSample(), {.rows = 24, .columns = 100});
  EXPECT_THAT(
      Texts(lines),
      testing::ElementsAre("ready  cache:50051  cache_server 1.2, backend memory, up 1 min 30 s",
                           "calls     250/s, 5.00 errors/s, 3 in flight, hit ratio 90.0 %",
                           "latency   p50 750 us, p90 950 us, p99 995 us, p99.9 1.00 ms",
                           "memory    512 B of 1.0 KiB (50.0 %), 12 of 100 entries",
                           "dropped   2.00/s expired, 1.00/s evicted for entries, 0/s for bytes",
                           "", "method  calls/s  errors/s    mean     p50     p99",
                           "Set         200         0  750 us  750 us  995 us",
                           "Get        50.0         0  750 us  750 us  995 us"));
  EXPECT_EQ(lines[0].tone, Tone::kGood);
  EXPECT_EQ(lines[6].tone, Tone::kHeading);
  EXPECT_EQ(lines[7].tone, Tone::kPlain);
}

TEST(TopScreenTest, NamesTheNodesOfRedisThatAreNotConnected) {
  TopSample sample = SomeSample();
  sample.interval.figures.memory.reset();
  sample.interval.figures.redis = SomeCluster();
  const std::vector<ScreenLine> lines = TopScreen("cache", sample, {.rows = 24, .columns = 200});
  EXPECT_EQ(
      lines[3].text,
      "redis     1 of 2 connected, 3 lost, 0 failed attempts, 0 commands in flight, 8192 slots "
      "without a master, p50 750 us, p99 995 us");
  EXPECT_EQ(lines[4].text, "away      10.0.0.2:6379");
  EXPECT_EQ(lines[4].tone, Tone::kBad);
}

TEST(TopScreenTest, NamesNoNodeIfAllAreConnected) {
  TopSample sample = SomeSample();
  sample.interval.figures.redis = SomeCluster();
  sample.interval.figures.redis->all.connected = 2;
  sample.interval.figures.redis->by_node["10.0.0.2:6379"].connected = 1;
  EXPECT_THAT(Texts(TopScreen("cache", sample, ScreenSize())), Not(Contains(StartsWith("away"))));
}

TEST(TopScreenTest, FitsTheTerminal) {
  const std::vector<ScreenLine> lines =
      TopScreen("cache", SomeSample(), {.rows = 4, .columns = 20});
  EXPECT_THAT(Texts(lines), testing::ElementsAre("ready  cache  cache_", "calls     250/s, 5.0",
                                                 "latency   p50 750 us", "and 6 lines more"));
  EXPECT_EQ(TopScreen("cache", SomeSample(), {.rows = 0, .columns = 0}).size(), 1u);
}

TEST(TopScreenTest, SaysThatThereIsNoAnswerAboveWhatWasLast) {
  TopSample sample = SomeSample();
  sample.status = absl::UnavailableError("it is gone");
  const std::vector<ScreenLine> lines = TopScreen("cache", sample, ScreenSize());
  EXPECT_EQ(lines[0].text, "no answer: it is gone");
  EXPECT_EQ(lines[0].tone, Tone::kBad);
  EXPECT_THAT(lines[1].text, StartsWith("calls     250/s"));
}

}  // namespace
}  // namespace cachestore
