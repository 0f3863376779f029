// SPDX-License-Identifier: Apache-2.0

// Plays all that tests/contract/cases calls, with keys and values that can be told from all else,
// and looks for them in what the service logs of it.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/remote_cache_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/log/call_log.h"
#include "stores/memory/memory_cache_store.h"
#include "stores/mutex.h"
#include "tests/contract/contract.h"
#include "tests/contract/player.h"
#include "tests/service/test_server.h"
#include "tests/service/transport_test.h"

namespace cachestore::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

// A second later whenever it is looked at, so that there is room for every line.
class HastyClock final : public MonotonicClock {
 public:
  int64_t NowNanos() const override { return seconds_.fetch_add(1) * 1'000'000'000; }
  int64_t RecentNanos() const override { return NowNanos(); }

 private:
  mutable std::atomic<int64_t> seconds_{0};
};

// The lines of a log, from any thread.
class Lines {
 public:
  void Add(std::string line) ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> Take() ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(mutex_);
    return std::move(lines_);
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

constexpr char kMark[] = "secret-";

void Mark(std::string& text) {
  if (!text.empty() && !absl::StrContains(text, ':')) text.insert(0, kMark);
}

// What a step says of its outcome is of no matter here, and nobody waits for it.
void Mark(Step& step) {
  Mark(*step.mutable_key());
  Mark(*step.mutable_value());
  for (std::string& key : *step.mutable_keys()) Mark(key);
  for (Step& entry : *step.mutable_entries()) Mark(entry);
  step.set_eventually(false);
}

class LogSecretsTest : public TransportTest {};

TEST_P(LogSecretsTest, NoKeyAndNoValueOfTheContractIsLogged) {
  Lines lines;
  const HastyClock clock;
  CallLog log(
      {.share = 1}, [&](const LogLine& line) { lines.Add(JsonOf(line, absl::Now())); }, clock);
  const auto store = MemoryCacheStore::Create({}).value();
  TestServer server(*store, GetParam(), {.call_log = &log});
  size_t cases = 0;
  for (Contract& contract : ReadContracts()) {
    for (Case& played : *contract.mutable_cases()) {
      for (Step& step : *played.mutable_steps()) Mark(step);
      const auto client = RemoteCacheStore::Create(
                              {.url = absl::StrCat("grpc://", server.server().addresses().front())})
                              .value();
      static_cast<void>(Play(played, *client));
      ++cases;
    }
  }
  const std::vector<std::string> logged = lines.Take();
  EXPECT_GT(logged.size(), cases) << "of each case there is something in it";
  for (const std::string& line : logged) {
    google::protobuf::Struct parsed;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
    EXPECT_THAT(line, Not(HasSubstr(kMark)));
  }
}

INSTANTIATE_TEST_SUITE_P(Over, LogSecretsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore::contract
