// SPDX-License-Identifier: Apache-2.0
// The contract over a real redis-server: over TCP, over TLS, over a unix socket, and behind the
// service.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/conformance.h"

namespace cachestore {
namespace {

// One for the whole process: each store has a prefix of its own in it.
RedisServer& SharedRedis() {
  static RedisServer server;
  return server;
}

// Of a store that nobody else uses.
std::string NewPrefix() {
  static int count = 0;
  return absl::StrCat("store", ++count, ":");
}

// Shortens what is left of every TTL under a prefix.
void AdvanceRedis(const std::string& prefix, absl::Duration time) {
  const std::string script =
      "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do "
      "  local left = redis.call('PTTL', key) - ARGV[2] "
      "  if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end "
      "end return 'done'";
  EXPECT_EQ(SharedRedis().Run(
                {"EVAL", script, "0", prefix, absl::StrCat(absl::ToInt64Milliseconds(time))}),
            "done");
}

std::unique_ptr<RedisCacheStore> NewStore(const std::string& url, const std::string& prefix,
                                          const Limits& limits) {
  return RedisCacheStore::Create({.url = url,
                                  .key_prefix = prefix,
                                  .limits = limits,
                                  // Sanitizers and a busy machine are no fault of Redis.
                                  .timeout = absl::Seconds(20),
                                  .connect_timeout = absl::Seconds(20)})
      .value();
}

class TcpDelegate : public StoreDelegate {
 public:
  explicit TcpDelegate(const Limits& limits) : TcpDelegate(SharedRedis().url(), limits) {}
  CacheStore& store() override { return *store_; }
  void DestroyStore() override { store_.reset(); }
  void Advance(absl::Duration time) override { AdvanceRedis(prefix_, time); }

 protected:
  TcpDelegate(const std::string& url, const Limits& limits)
      : store_(NewStore(url, prefix_, limits)) {}

 private:
  const std::string prefix_ = NewPrefix();
  std::unique_ptr<CacheStore> store_;
};

class UnixDelegate final : public TcpDelegate {
 public:
  explicit UnixDelegate(const Limits& limits) : TcpDelegate(SharedRedis().unix_url(), limits) {}
};

INSTANTIATE_TEST_SUITE_P(RedisOverTcp, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<TcpDelegate>()));
INSTANTIATE_TEST_SUITE_P(RedisOverUnixSocket, ConformanceTest,
                         ::testing::Values(StoreFactoryOf<UnixDelegate>()));

}  // namespace
}  // namespace cachestore
