// SPDX-License-Identifier: Apache-2.0
// A Redis behind a link that has gone silent: packets leave and nothing comes back. In a network
// namespace of the test's own, where it may take routes away.
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/matchers.h"
#include "tests/testing/subprocess.h"

namespace cachestore {
namespace {

constexpr char kAddress[] = "127.9.1.1";

void Ip(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/usr/sbin/ip");
  const Finished finished = RunToEnd(arguments);
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
}

// Only a process of one thread may do this: so before any test starts one.
class OwnNetwork : public ::testing::Environment {
 public:
  void SetUp() override {
    const uid_t user = getuid();
    const gid_t group = getgid();
    ASSERT_EQ(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0)
        << std::strerror(errno) << ": this test needs user and network namespaces";
    // Root there, as far as that goes, and so are the programs that this starts.
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    Ip({"link", "set", "lo", "up"});
    // One address that can come and go instead of all of 127.0.0.0/8.
    Ip({"route", "add", "local", kAddress, "dev", "lo", "table", "local"});
    Ip({"route", "del", "local", "127.0.0.0/8", "table", "local"});
  }
};

const auto* const kOwnNetwork = ::testing::AddGlobalTestEnvironment(new OwnNetwork);

TEST(RedisHalfOpenTest, LinkThatGoesSilentIsNoticedAndUsedAgainWhenItIsBack) {
  const RedisServer redis({"--bind", kAddress, "--protected-mode", "no"});
  const auto store =
      RedisCacheStore::Create({.url = absl::StrCat("redis://", kAddress, ":", redis.port())})
          .value();
  BlockingCacheStore cache(*store);
  ASSERT_THAT(AwaitService(*store), IsOk());
  Ip({"route", "del", "local", kAddress, "table", "local"});
  EXPECT_THAT(cache.Get("key"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Await([&] {
                const absl::Status status = cache.Get("key").status();
                return absl::IsUnavailable(status) ? absl::OkStatus() : status;
              }),
              IsOk())
      << "and then calls fail at once";
  Ip({"route", "add", "local", kAddress, "dev", "lo", "table", "local"});
  EXPECT_THAT(AwaitService(*store), IsOk());
}

}  // namespace
}  // namespace cachestore
