// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_REDIS_DELEGATE_H_
#define TESTS_STORES_REDIS_REDIS_DELEGATE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/redis_server.h"
#include "tests/testing/conformance.h"

namespace cachestore {

// Stores over Redis for the conformance suite, each under a prefix that no other one has.
class RedisDelegate : public StoreDelegate {
 public:
  CacheStore& store() override { return *store_; }
  void DestroyStore() override { store_.reset(); }
  void Advance(absl::Duration time) override {
    for (RedisServer* server : servers_) ShortenTtls(*server, prefix_, time);
  }

 protected:
  // `redis` outlives this and is what `options.url` leads to.
  RedisDelegate(RedisServer& redis, const RedisCacheStore::Options& options)
      : RedisDelegate(std::vector{&redis}, options) {}

  // The same of several servers, each of which has a part of the keys.
  RedisDelegate(std::vector<RedisServer*> servers, RedisCacheStore::Options options)
      : servers_(std::move(servers)) {
    options.key_prefix = prefix_;
    // Sanitizers and a busy machine are no fault of Redis.
    options.timeout = absl::Seconds(20);
    options.connect_timeout = absl::Seconds(20);
    store_ = RedisCacheStore::Create(options).value();
  }

 private:
  static std::string NewPrefix() {
    static int count = 0;
    return absl::StrCat("store", ++count, ":");
  }

  static void ShortenTtls(RedisServer& redis, const std::string& prefix, absl::Duration time) {
    const std::string script =
        "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do "
        "  local left = redis.call('PTTL', key) - ARGV[2] "
        "  if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end "
        "end return 'done'";
    EXPECT_EQ(
        redis.Run({"EVAL", script, "0", prefix, absl::StrCat(absl::ToInt64Milliseconds(time))}),
        "done");
  }

  const std::vector<RedisServer*> servers_;
  const std::string prefix_ = NewPrefix();
  std::unique_ptr<CacheStore> store_;
};

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_REDIS_DELEGATE_H_
