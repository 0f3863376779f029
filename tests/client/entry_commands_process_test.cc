// SPDX-License-Identifier: Apache-2.0

// What cachectl does with etags, conditions, TTLs and counters.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protos/cache_codec.h"
#include "tests/client/cachectl_test.h"
#include "tests/client/scripted_server.h"
#include "tests/service/transport_test.h"

namespace cachestore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

// What sha1sum prints of "hello".
constexpr char kHelloEtag[] = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";

class EntryCommandsTest : public CachectlTest {
 protected:
  // Runs a set that must not store, and gives what it says.
  std::string Refused(const std::vector<std::string>& arguments) {
    const Finished set = Run(arguments);
    EXPECT_EQ(set.exit_code, 1);
    EXPECT_EQ(set.output, "");
    EXPECT_THAT(set.error, MatchesRegex("cachectl: set: not stored: [^\n]*\n"));
    return set.error;
  }
};

TEST_P(EntryCommandsTest, GetEtagPrintsWhatSha1sumPrintsOfTheValue) {
  Run({"set", "greeting", "hello"});
  const Finished get = Run({"get", "greeting", "--etag"});
  EXPECT_EQ(get.exit_code, 0);
  EXPECT_EQ(get.output, std::string(kHelloEtag) + "\n");
  const Finished miss = Run({"get", "absent", "--etag"});
  EXPECT_EQ(miss.exit_code, 1);
  EXPECT_EQ(miss.output, "");
}

TEST_P(EntryCommandsTest, SetIfAbsentLeavesWhatIsThere) {
  EXPECT_EQ(Run({"set", "lock", "mine", "--if_absent"}).exit_code, 0);
  EXPECT_THAT(Refused({"set", "lock", "yours", "--if_absent"}), HasSubstr("--if_absent"));
  EXPECT_EQ(Run({"get", "lock"}).output, "mine");
}

TEST_P(EntryCommandsTest, SetIfPresentStoresOnlyOverAnEntry) {
  EXPECT_THAT(Refused({"set", "key", "value", "--if_present"}), HasSubstr("--if_present"));
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 1);
  Run({"set", "key", "old"});
  EXPECT_EQ(Run({"set", "key", "new", "--if_present"}).exit_code, 0);
  EXPECT_EQ(Run({"get", "key"}).output, "new");
}

TEST_P(EntryCommandsTest, SetIfEtagComparesAndSets) {
  Run({"set", "greeting", "hello"});
  EXPECT_EQ(Run({"set", "greeting", "bye", "--if_etag", kHelloEtag}).exit_code, 0);
  EXPECT_THAT(Refused({"set", "greeting", "late", "--if_etag", kHelloEtag}),
              HasSubstr("--if_etag"));
  EXPECT_EQ(Run({"get", "greeting"}).output, "bye");
}

TEST_P(EntryCommandsTest, AnEtagThatIsNoneIsRefusedWithWhatToGive) {
  const std::string with_a_letter = std::string(39, '0') + "g";
  for (const std::string& etag : {std::string("123"), std::string(), with_a_letter}) {
    for (const std::string command : {"set", "delete"}) {
      const Finished refused = Run({command, "key", "--if_etag", etag});
      EXPECT_EQ(refused.exit_code, 2) << etag;
      EXPECT_THAT(refused.error, AllOf(HasSubstr("--if_etag"), HasSubstr("40 hex digits")));
    }
  }
}

TEST_P(EntryCommandsTest, ConditionsExcludeEachOtherAndKeepTtlATtl) {
  EXPECT_EQ(Run({"set", "key", "value", "--if_absent", "--if_present"}).exit_code, 2);
  EXPECT_EQ(Run({"set", "key", "value", "--if_absent", "--if_etag", kHelloEtag}).exit_code, 2);
  EXPECT_EQ(Run({"set", "key", "value", "--if_present", "--if_etag", kHelloEtag}).exit_code, 2);
  EXPECT_EQ(Run({"set", "key", "value", "--keep_ttl", "--ttl", "1m"}).exit_code, 2);
  EXPECT_EQ(Run({"exists", "key"}).exit_code, 1);
}

TEST_P(EntryCommandsTest, KeepTtlReplacesTheValueAlone) {
  Run({"set", "key", "old", "--ttl", "5h"});
  EXPECT_EQ(Run({"set", "key", "new", "--keep_ttl"}).exit_code, 0);
  EXPECT_EQ(Run({"get", "key"}).output, "new");
  EXPECT_THAT(Run({"ttl", "key"}).output, MatchesRegex("4h5[0-9]m.*s\n"));
}

TEST_P(EntryCommandsTest, DeleteIfEtagRemovesNoOtherValue) {
  Run({"set", "greeting", "bye"});
  const Finished changed = Run({"delete", "greeting", "--if_etag", kHelloEtag});
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_EQ(changed.output, "absent or changed\n");
  Run({"set", "greeting", "hello"});
  const Finished deleted = Run({"delete", "greeting", "--if_etag", kHelloEtag});
  EXPECT_EQ(deleted.exit_code, 0);
  EXPECT_EQ(deleted.output, "deleted\n");
  EXPECT_EQ(Run({"delete", "greeting", "--if_etag", kHelloEtag}).exit_code, 1);
}

TEST_P(EntryCommandsTest, TtlPrintsWhatTheTtlOptionTakes) {
  Run({"set", "key", "value", "--ttl", "2h"});
  const Finished ttl = Run({"ttl", "key"});
  EXPECT_EQ(ttl.exit_code, 0);
  ASSERT_THAT(ttl.output, MatchesRegex("1h5[0-9]m.*s\n"));
  const std::string remaining = ttl.output.substr(0, ttl.output.size() - 1);
  EXPECT_EQ(Run({"set", "copy", "value", "--ttl", remaining}).exit_code, 0);
  EXPECT_THAT(Run({"ttl", "copy"}).output, MatchesRegex("1h5[0-9]m.*s\n"));
}

TEST_P(EntryCommandsTest, TtlPrintsNoneForAnEntryThatDoesNotExpire) {
  ScriptedServer server([](const std::string& /*method*/, int /*attempt*/) {
    return ScriptedServer::Answer{grpc::Status::OK, codec::EncodeExistsResponse({.exists = true})};
  });
  const Finished ttl = RunToEnd({"client/cachectl", "--server", server.url(), "ttl", "key"});
  EXPECT_EQ(ttl.exit_code, 0);
  EXPECT_EQ(ttl.output, "none\n");
}

TEST_P(EntryCommandsTest, TouchSetsANewTtlAndPrintsNothing) {
  Run({"set", "key", "value", "--ttl", "1m"});
  const Finished touch = Run({"touch", "key", "3h"});
  EXPECT_EQ(touch.exit_code, 0);
  EXPECT_EQ(touch.output + touch.error, "");
  EXPECT_THAT(Run({"ttl", "key"}).output, MatchesRegex("2h5[0-9]m.*s\n"));
  EXPECT_EQ(Run({"touch", "key"}).exit_code, 2);
  EXPECT_EQ(Run({"touch", "key", "soon"}).exit_code, 2);
  EXPECT_EQ(Run({"touch", "key", "0"}).exit_code, 2);
}

TEST_P(EntryCommandsTest, TtlAndTouchOfWhatIsAbsentAreExitCodeOne) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"ttl", "absent"}, {"touch", "absent", "1m"}}) {
    const Finished finished = Run(command);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.error, MatchesRegex("cachectl: " + command[0] + ": [^\n]*\n"));
  }
  EXPECT_EQ(Run({"exists", "absent"}).exit_code, 1);
}

TEST_P(EntryCommandsTest, IncrAddsAndPrintsTheSum) {
  EXPECT_EQ(Run({"incr", "stock"}).output, "1\n");
  EXPECT_EQ(Run({"incr", "stock", "10"}).output, "11\n");
  EXPECT_EQ(Run({"incr", "stock", "-3"}).output, "8\n");
  EXPECT_EQ(Run({"incr", "stock", "--", "-3"}).output, "5\n");
  EXPECT_EQ(Run({"incr", "stock", "010"}).output, "15\n");
  EXPECT_EQ(Run({"get", "stock"}).output, "15");
}

TEST_P(EntryCommandsTest, IncrGivesATtlToWhatItCreates) {
  EXPECT_EQ(Run({"incr", "visits", "--ttl", "4h"}).output, "1\n");
  EXPECT_EQ(Run({"incr", "visits", "--ttl", "1m"}).output, "2\n");
  EXPECT_THAT(Run({"ttl", "visits"}).output, MatchesRegex("3h5[0-9]m.*s\n"));
}

TEST_P(EntryCommandsTest, IncrSaysWhatIsNoNumber) {
  for (const char* delta : {"much", "1.5", "", "9223372036854775808"}) {
    const Finished refused = Run({"incr", "stock", delta});
    EXPECT_EQ(refused.exit_code, 2) << delta;
    EXPECT_THAT(refused.error, HasSubstr("whole number")) << delta;
  }
  Run({"set", "greeting", "hello"});
  const Finished text = Run({"incr", "greeting"});
  EXPECT_EQ(text.exit_code, 6);
  EXPECT_EQ(text.output, "");
  EXPECT_THAT(text.error, MatchesRegex("cachectl: incr: [^\n]*\n"));
}

INSTANTIATE_TEST_SUITE_P(Over, EntryCommandsTest, EveryTransport(), TransportName);

}  // namespace
}  // namespace cachestore
