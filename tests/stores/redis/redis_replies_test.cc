// SPDX-License-Identifier: Apache-2.0
// What a Redis may say that no real one says: by a fake one with a script.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/redis/redis_cache_store.h"
#include "tests/stores/redis/fake_redis.h"
#include "tests/stores/redis/redis_calls.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kInternal = absl::StatusCode::kInternal;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDeadlineExceeded = absl::StatusCode::kDeadlineExceeded;

// Answers everything as a Redis without entries would.
void ServeEmpty(FakeConnection& connection) {
  while (true) {
    const std::vector<std::string> command = connection.ReadCommand();
    if (command.empty()) return;
    connection.Send(command[0] == "PING"  ? "+PONG\r\n"
                    : command[0] == "GET" ? "$-1\r\n"
                                          : ":0\r\n");
  }
}

// Greets, and answers a first GET: from here on the connection is there.
void GreetAndServeOne(FakeConnection& connection) {
  connection.Greet();
  EXPECT_EQ(connection.ReadCommand()[0], "GET");
  connection.Send("$-1\r\n");
}

// How long a call waits that is to be sent, and to expire.
constexpr absl::Duration kShort = absl::Milliseconds(200);

// Greets, answers the first command with `bytes`, and leaves the rest to the client.
FakeRedis::Script AnswerWith(const std::string& bytes) {
  return [bytes](FakeConnection& connection) {
    connection.Greet();
    connection.ReadCommand();
    connection.Send(bytes);
    connection.AwaitClose();
  };
}

TEST(RedisRepliesTest, ReplyMayComeByteByByte) {
  FakeRedis redis({[](FakeConnection& connection) {
    EXPECT_EQ(connection.ReadCommand(), std::vector<std::string>{"PING"});
    connection.SendByteByByte("+PONG\r\n");
    EXPECT_EQ(connection.ReadCommand(), (std::vector<std::string>{"GET", "cache:key"}));
    connection.SendByteByByte("$12\r\nhello\r\nhello\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), IsHit("hello\r\nhello"));
}

TEST(RedisRepliesTest, HalfAReplyThenSilenceEndsAtTheTimeout) {
  FakeRedis redis({AnswerWith("$12\r\nhel")});
  const auto store = StoreAt(redis.url(), kShort);
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kDeadlineExceeded,
                       AllOf(HasSubstr(redis.url()), HasSubstr("within 200ms (redis_timeout)"))));
}

TEST(RedisRepliesTest, SilenceEndsAtTheCallersDeadlineIfThatIsEarlier) {
  FakeRedis redis({AnswerWith("")});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key", {.deadline = absl::Now() + kShort}),
              StatusIs(kDeadlineExceeded, HasSubstr("in the time that the call had left")));
}

TEST(RedisRepliesTest, ServerThatAcceptsAndNeverAnswersIsUnavailable) {
  FakeRedis redis({[](FakeConnection& connection) { connection.AwaitClose(); }});
  const auto store = RedisCacheStore::Create({.url = redis.url(),
                                              .timeout = absl::Seconds(20),
                                              .connect_timeout = absl::Milliseconds(50)})
                         .value();
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("connecting took longer than 50ms")));
}

TEST(RedisRepliesTest, CallThatWaitsForAConnectionIsUnavailableAtItsTimeout) {
  FakeRedis redis({[](FakeConnection& connection) { connection.AwaitClose(); }});
  const auto store = StoreAt(redis.url(), absl::Milliseconds(50));
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("not within 50ms (redis_timeout)")));
}

TEST(RedisRepliesTest, LateReplyIsNotTakenForTheNextCallsOwn) {
  Countdown timed_out(1);
  FakeRedis redis({[&](FakeConnection& connection) {
    GreetAndServeOne(connection);
    connection.ReadCommand();
    EXPECT_TRUE(timed_out.Wait());
    connection.Send("$4\r\nlate\r\n");
    connection.ReadCommand();
    connection.Send("$5\r\nright\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Get("0"), IsMiss());
  EXPECT_THAT(cache.Get("1", {.deadline = absl::Now() + kShort}),
              StatusIs(kDeadlineExceeded, HasSubstr("did not answer")));
  timed_out.Happened();
  EXPECT_THAT(cache.Get("2"), IsHit("right"));
}

class RedisGarbageTest : public ::testing::TestWithParam<std::string> {};

TEST_P(RedisGarbageTest, IsInternalAndTheNextConnectionServes) {
  FakeRedis redis({AnswerWith(GetParam()), ServeEmpty});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kInternal, AllOf(HasSubstr(redis.url()), Not(HasSubstr("secret")))));
  EXPECT_THAT(AwaitService(*store), IsOk());
  EXPECT_EQ(redis.connections(), 2);
}

INSTANTIATE_TEST_SUITE_P(Replies, RedisGarbageTest,
                         ::testing::Values("HTTP/1.1 400 secret\r\n\r\n", "$secret\r\n", "$-7\r\n",
                                           "*-7\r\n", ":secret\r\n", "\r\n\r\n",
                                           std::string(100, '\0'),
                                           // Protocol, and no answer to a GET.
                                           ":1\r\n", "+OK\r\n", "*1\r\n$6\r\nsecret\r\n", "*0\r\n",
                                           // More than there is memory for.
                                           "*2147483647\r\n$1\r\na\r\n",
                                           "*60000\r\n*60000\r\n*60000\r\n",
                                           // RESP3, which nobody asked for.
                                           "_\r\n", "(1\r\n", "=9\r\ntxt:hello\r\n", "~0\r\n",
                                           ">0\r\n", "%1\r\n+a\r\n:1\r\n", ",1.5\r\n", "#t\r\n"));

TEST(RedisRepliesTest, GarbageForACallThatGaveUpIsNoOthersFault) {
  Countdown gave_up(1);
  FakeRedis redis({[&](FakeConnection& connection) {
                     GreetAndServeOne(connection);
                     connection.ReadCommand();
                     EXPECT_TRUE(gave_up.Wait());
                     connection.ReadCommand();
                     connection.Send(":1\r\n");
                     connection.AwaitClose();
                   },
                   ServeEmpty});
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  ASSERT_THAT(cache.Get("0"), IsMiss());
  EXPECT_THAT(cache.Get("1", {.deadline = absl::Now() + kShort}),
              StatusIs(kDeadlineExceeded, HasSubstr("did not answer")));
  gave_up.Happened();
  EXPECT_THAT(cache.Get("2"), StatusIs(kUnavailable));
}

TEST(RedisRepliesTest, ReplyPastTheCapIsInternalAndTheNextConnectionServes) {
  FakeRedis redis({[](FakeConnection& connection) {
                     connection.Greet();
                     connection.ReadCommand();
                     connection.Send("$4294967296\r\n");
                     // More than 64 MiB, if anybody reads that far.
                     const std::string mebibyte(1 << 20, 'x');
                     for (int i = 0; i < 100; ++i) connection.Send(mebibyte);
                   },
                   ServeEmpty});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kInternal, HasSubstr("longer than 67108864 bytes")));
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisRepliesTest, ValueOverTheLimitKeepsTheConnection) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    connection.ReadCommand();
    constexpr size_t kBytes = size_t{60} << 20;
    connection.Send(absl::StrCat("$", kBytes, "\r\n", std::string(kBytes, 'x'), "\r\n"));
    ServeEmpty(connection);
  }});
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"), StatusIs(absl::StatusCode::kFailedPrecondition,
                                         HasSubstr("a value of 62914560 bytes")));
  EXPECT_THAT(cache.Get("key"), IsMiss());
  EXPECT_EQ(redis.connections(), 1);
}

TEST(RedisRepliesTest, ErrorInTheMiddleOfAPipelineIsOneCallsOwn) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    for (int i = 0; i < 3; ++i) connection.ReadCommand();
    connection.Send("$1\r\n1\r\n-WRONGTYPE secret\r\n$1\r\n3\r\n");
    connection.AwaitClose();
  }});
  const auto store = StoreAt(redis.url());
  Countdown answered(3);
  std::vector<absl::StatusOr<std::optional<absl::Cord>>> results(3);
  for (int i = 0; i < 3; ++i) {
    store->Get(absl::StrCat(i), {}, [&results, &answered, i](auto result) {
      results[i] = std::move(result);
      answered.Happened();
    });
  }
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(results[0], IsHit("1"));
  EXPECT_THAT(results[1], StatusIs(absl::StatusCode::kFailedPrecondition,
                                   AllOf(HasSubstr("WRONGTYPE"), Not(HasSubstr("secret")))));
  EXPECT_THAT(results[2], IsHit("3"));
}

TEST(RedisRepliesTest, ResetFailsWhatWasSentAndSendsItNeverAgain) {
  FakeRedis redis({[](FakeConnection& connection) {
                     connection.Greet();
                     EXPECT_EQ(connection.ReadCommand()[0], "UNLINK");
                     connection.Reset();
                   },
                   [](FakeConnection& connection) {
                     connection.Greet();
                     while (true) {
                       const std::vector<std::string> command = connection.ReadCommand();
                       if (command.empty()) return;
                       EXPECT_EQ(command[0], "GET") << "the UNLINK is not repeated";
                       connection.Send("$-1\r\n");
                     }
                   }});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Delete("key"),
              StatusIs(kUnavailable, AllOf(HasSubstr("was lost before the answer came"),
                                           HasSubstr("may have had its effect"))));
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisRepliesTest, ReplyThatNobodyAskedForEndsTheConnection) {
  Countdown closed(1);
  FakeRedis redis({[&](FakeConnection& connection) {
                     connection.Greet();
                     connection.ReadCommand();
                     connection.Send("$-1\r\n+OK\r\n");
                     connection.AwaitClose();
                     closed.Happened();
                   },
                   ServeEmpty});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"), IsMiss());
  ASSERT_TRUE(closed.Wait());
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisRepliesTest, ServerThatLoadsIsUnavailableUntilItHasLoaded) {
  FakeRedis redis({[](FakeConnection& connection) {
                     connection.ReadCommand();
                     connection.Send("-LOADING Redis is loading the dataset in memory\r\n");
                     connection.AwaitClose();
                   },
                   ServeEmpty});
  const auto store = StoreAt(redis.url());
  EXPECT_THAT(BlockingCacheStore(*store).Get("key"),
              StatusIs(kUnavailable, HasSubstr("Redis cannot serve this now (LOADING)")));
  EXPECT_THAT(AwaitService(*store), IsOk());
}

TEST(RedisRepliesTest, ServerThatEndsEveryConnectionIsNotHammered) {
  FakeRedis redis({[](FakeConnection& connection) {
    connection.Greet();
    connection.ReadCommand();
  }});
  const auto store = StoreAt(redis.url());
  BlockingCacheStore cache(*store);
  constexpr int kCalls = 2'000;
  for (int i = 0; i < kCalls; ++i) {
    EXPECT_THAT(cache.Get("key"), StatusIs(kUnavailable));
  }
  EXPECT_LT(redis.connections(), kCalls / 10);
}

TEST(RedisRepliesTest, CallsBeyondTheLimitAreRefusedAtOnce) {
  Countdown refused(1);
  FakeRedis redis({[&](FakeConnection& connection) {
    connection.Greet();
    EXPECT_TRUE(refused.Wait());
    for (int i = 0; i < 3; ++i) {
      connection.ReadCommand();
      connection.Send("$-1\r\n");
    }
    connection.AwaitClose();
  }});
  const auto store =
      RedisCacheStore::Create({.url = redis.url(), .timeout = absl::Seconds(20), .max_calls = 2})
          .value();
  Countdown answered(2);
  for (int i = 0; i < 2; ++i) {
    store->Get("key", {}, [&](auto result) {
      EXPECT_THAT(result, IsMiss());
      answered.Happened();
    });
  }
  BlockingCacheStore cache(*store);
  EXPECT_THAT(cache.Get("key"), StatusIs(absl::StatusCode::kResourceExhausted,
                                         HasSubstr("too many calls in flight: the limit is 2")));
  refused.Happened();
  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(cache.Get("key"), IsMiss()) << "the others have made room";
}

TEST(RedisRepliesTest, BytesBeyondTheLimitAreRefusedAtOnce) {
  Countdown all_called(1);
  FakeRedis redis({[&](FakeConnection&) { EXPECT_TRUE(all_called.Wait()); }});
  const auto store = StoreAt(redis.url());
  constexpr int kCalls = 100;
  std::vector<absl::Status> results(kCalls);
  Countdown answered(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    store->Set("key", absl::Cord(std::string(1'000'000, 'v')), std::nullopt, {},
               [&results, &answered, i](absl::Status status) {
                 results[i] = std::move(status);
                 answered.Happened();
               });
  }
  all_called.Happened();
  ASSERT_TRUE(answered.Wait());
  for (int i = 0; i < kCalls; ++i) {
    // 67 of them are what 64 MiB hold.
    EXPECT_THAT(results[i], StatusIs(i < 67 ? kUnavailable : absl::StatusCode::kResourceExhausted));
  }
}

}  // namespace
}  // namespace cachestore
