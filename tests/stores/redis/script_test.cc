// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/script.h"

#include <string>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace cachestore::redis {
namespace {

TEST(ScriptTest, DigestIsTheSha1OfTheText) {
  EXPECT_EQ(Script("return 1").digest(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
}

TEST(ScriptTest, UnknowableScriptHasADigestThatIsNotItsOwn) {
  const Script script = Script::Unknowable("return 1");
  EXPECT_EQ(script.text(), "return 1");
  EXPECT_EQ(script.digest(), std::string(40, '0'));
}

TEST(ScriptTest, CallGoesByDigestOrInFullWithKeyAndArguments) {
  const Script script("return 1");
  std::string any_byte("\0\r\n$1", 5);
  absl::Cord in_pieces("val");
  in_pieces.Append(absl::Cord("ue"));
  const ScriptCall call = {
      .script = &script, .key = any_byte, .arguments = {in_pieces, absl::Cord()}};
  const std::string rest = "$1\r\n1\r\n$5\r\n" + any_byte + "\r\n$5\r\nvalue\r\n$0\r\n\r\n";
  EXPECT_EQ(call.ByDigest(),
            "*6\r\n$7\r\nEVALSHA\r\n$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n" + rest);
  EXPECT_EQ(call.InFull(), "*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n" + rest);
}

TEST(ScriptTest, CallWithoutArgumentsHasItsKeyOnly) {
  const Script script("return 1");
  const ScriptCall call = {.script = &script, .key = "k", .arguments = {}};
  EXPECT_EQ(call.InFull(), "*4\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n");
}

}  // namespace
}  // namespace cachestore::redis
