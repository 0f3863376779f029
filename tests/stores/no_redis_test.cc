// SPDX-License-Identifier: Apache-2.0
// What a build without Redis says, and that nothing of Redis is in it. For --config=noredis.
#include <fstream>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "stores/store_factory.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(NoRedisTest, RedisIsRefusedWithALineThatSaysHowToGetIt) {
  CacheSettings settings;
  settings.backend = Backend::kRedis;
  EXPECT_THAT(CreateStore(settings),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("backend: this build has no Redis in it"),
                             HasSubstr("without --config=noredis"), Not(HasSubstr("\n")))));
}

TEST(NoRedisTest, NoLibraryOfRedisIsLoaded) {
  std::stringstream maps;
  maps << std::ifstream("/proc/self/maps").rdbuf();
  EXPECT_THAT(maps.str(),
              AllOf(HasSubstr("libstdc++"), Not(HasSubstr("hiredis")), Not(HasSubstr("libevent"))));
}

}  // namespace
}  // namespace cachestore
