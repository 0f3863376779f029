// SPDX-License-Identifier: Apache-2.0
// Keys and values are byte strings, however they come.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/testing/conformance.h"
#include "tests/testing/countdown.h"
#include "tests/testing/matchers.h"

namespace cachestore {
namespace {

std::string EveryByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

TEST_P(ConformanceTest, EveryByteRoundTripsInAValue) {
  for (const char byte : EveryByte()) {
    ASSERT_THAT(cache().Set("key", absl::Cord(std::string(1, byte))), IsOk());
    ASSERT_THAT(cache().Get("key"), IsHit(std::string(1, byte)));
  }
}

TEST_P(ConformanceTest, EveryByteIsAKeyOfItsOwn) {
  for (const char byte : EveryByte()) {
    const std::string key(1, byte);
    ASSERT_THAT(cache().Set(key, absl::Cord("value of " + key)), IsOk());
  }
  for (const char byte : EveryByte()) {
    const std::string key(1, byte);
    ASSERT_THAT(cache().Get(key), IsHit("value of " + key));
  }
}

TEST_P(ConformanceTest, AllBytesTogetherRoundTrip) {
  ASSERT_THAT(cache().Set(EveryByte(), absl::Cord(EveryByte() + EveryByte())), IsOk());
  EXPECT_THAT(cache().Get(EveryByte()), IsHit(EveryByte() + EveryByte()));
}

TEST_P(ConformanceTest, KeysDoNotEndAtANul) {
  const std::string nul(1, '\0');
  ASSERT_THAT(cache().Set("key", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Set("key" + nul, absl::Cord("2")), IsOk());
  ASSERT_THAT(cache().Set("key" + nul + "a", absl::Cord("3")), IsOk());
  ASSERT_THAT(cache().Set("key" + nul + "b", absl::Cord("4")), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit("1"));
  EXPECT_THAT(cache().Get("key" + nul), IsHit("2"));
  EXPECT_THAT(cache().Get("key" + nul + "a"), IsHit("3"));
  EXPECT_THAT(cache().Get("key" + nul + "b"), IsHit("4"));
}

TEST_P(ConformanceTest, KeysDifferInTheirLastByte) {
  const std::string prefix = SomeBytes(Limits().max_key_bytes - 1);
  ASSERT_THAT(cache().Set(prefix + "a", absl::Cord("1")), IsOk());
  ASSERT_THAT(cache().Set(prefix + "b", absl::Cord("2")), IsOk());
  EXPECT_THAT(cache().Get(prefix + "a"), IsHit("1"));
  EXPECT_THAT(cache().Get(prefix + "b"), IsHit("2"));
  EXPECT_THAT(cache().Get(prefix), IsMiss());
}

TEST_P(ConformanceTest, ValuesAroundTheSizesOfBlocksRoundTrip) {
  // What a Cord holds in place, the block sizes of Cords and allocators, pages.
  for (const size_t around : {16, 128, 499, 512, 1024, 4083, 4096, 8192, 16384, 65536}) {
    for (size_t bytes = around - 2; bytes <= around + 2; ++bytes) {
      const std::string value = SomeBytes(bytes);
      ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk()) << bytes;
      ASSERT_THAT(cache().Get("key"), IsHit(value));
    }
  }
}

TEST_P(ConformanceTest, ValueOfOneMebibyteRoundTrips) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    const std::string value = SomeBytes(1024 * 1024, seed);
    ASSERT_THAT(cache().Set("key", absl::Cord(value)), IsOk());
    ASSERT_THAT(cache().Get("key"), IsHit(value));
  }
}

TEST_P(ConformanceTest, ValueInManyChunksRoundTrips) {
  const std::string bytes = SomeBytes(1'000'000);
  absl::Cord value;
  // Chunks of 1, 2, 3... bytes: MakeCordFromExternal keeps each apart.
  for (size_t from = 0, chunk = 1; from < bytes.size(); from += chunk++) {
    value.Append(absl::MakeCordFromExternal(absl::string_view(bytes).substr(from, chunk), [] {}));
  }
  ASSERT_THAT(cache().Set("key", value), IsOk());
  EXPECT_THAT(cache().Get("key"), IsHit(bytes));
}

TEST_P(ConformanceTest, PartOfALargerBufferRoundTrips) {
  const std::string bytes = SomeBytes(1'000'000);
  const absl::Cord buffer(bytes);
  for (const size_t length : {1, 15, 16, 100, 4000, 5000, 100'000}) {
    ASSERT_THAT(cache().Set("key", buffer.Subcord(4321, length)), IsOk());
    ASSERT_THAT(cache().Get("key"), IsHit(bytes.substr(4321, length)));
  }
}

TEST_P(ConformanceTest, StoredValueKeepsNoBufferOfTheCallerAlive) {
  for (const size_t bytes : {1, 16, 100, 600, 1000, 4000, 5000, 100'000}) {
    const std::string expected = SomeBytes(bytes);
    const auto released = std::make_shared<Countdown>(1);
    ASSERT_THAT(cache().Set("key", BorrowedValue(expected, released)), IsOk());
    ASSERT_TRUE(released->Wait()) << "a value of " << bytes << " bytes still refers to its buffer";
    ASSERT_THAT(cache().Get("key"), IsHit(expected));
  }
}

TEST_P(ConformanceTest, KeyNeedsToLiveOnlyUntilTheCallReturns) {
  Countdown answered(3);
  std::string key = "a key that is longer than what a string holds in place";
  const std::string same_key = key;
  const auto overwrite = [&key] { key.assign(key.size(), 'x'); };

  absl::Status set;
  store().Set(key, absl::Cord("value"), std::nullopt, {}, [&](absl::Status status) {
    set = std::move(status);
    answered.Happened();
  });
  overwrite();
  key = "absent: another key, as long as what a string cannot hold in place";
  absl::StatusOr<bool> exists = true;
  store().Exists(key, {}, [&](absl::StatusOr<bool> result) {
    exists = std::move(result);
    answered.Happened();
  });
  overwrite();
  key = "absent too: another key, as long as what a string cannot hold";
  absl::StatusOr<std::optional<absl::Cord>> value;
  store().Get(key, {}, [&](absl::StatusOr<std::optional<absl::Cord>> result) {
    value = std::move(result);
    answered.Happened();
  });
  overwrite();

  ASSERT_TRUE(answered.Wait());
  EXPECT_THAT(set, IsOk());
  EXPECT_THAT(exists, IsOkAndHolds(false));
  EXPECT_THAT(value, IsMiss());
  EXPECT_THAT(cache().Get(same_key), IsHit("value"));
  EXPECT_THAT(cache().Get(key), IsMiss());
}

TEST_P(ConformanceTest, CallersCordMayChangeAfterTheCall) {
  absl::Cord value(SomeBytes(1000));
  const std::string expected(value);
  ASSERT_THAT(cache().Set("key", value), IsOk());
  value.Append("more");
  value.RemovePrefix(10);
  EXPECT_THAT(cache().Get("key"), IsHit(expected));
}

}  // namespace
}  // namespace cachestore
