// SPDX-License-Identifier: Apache-2.0
#include "protos/byte_buffer.h"

#include <grpcpp/support/slice.h>

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

// On both sides of what is copied: inline slices, copied ones, shared ones.
class ByteBufferTest : public testing::TestWithParam<size_t> {};

TEST_P(ByteBufferTest, HoldsTheBytesOfACord) {
  const std::string bytes = Pattern(GetParam());

  const grpc::ByteBuffer buffer = ByteBufferFromCord(absl::Cord(bytes));

  EXPECT_EQ(BytesOf(buffer), bytes);
  EXPECT_EQ(buffer.Length(), bytes.size());
}

TEST_P(ByteBufferTest, GivesACordThatOutlivesIt) {
  const std::string bytes = Pattern(GetParam());
  absl::Cord cord;
  {
    const grpc::Slice slice(bytes);
    cord = CordFromByteBuffer(grpc::ByteBuffer(&slice, 1));
  }
  EXPECT_EQ(cord, bytes);
}

TEST_P(ByteBufferTest, OutlivesTheCordItWasMadeOf) {
  const std::string bytes = Pattern(GetParam());
  grpc::ByteBuffer buffer;
  {
    absl::Cord cord(bytes);
    buffer = ByteBufferFromCord(cord);
    cord.Clear();
  }
  EXPECT_EQ(BytesOf(buffer), bytes);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ByteBufferTest,
                         testing::Values(0, 1, 15, 16, 23, 24, 4095, 4096, 4097, 100'000, 1 << 20));

TEST(ByteBufferTest, OfManySlicesIsOneCord) {
  const std::string large = Pattern(10'000);
  const std::vector<grpc::Slice> slices = {grpc::Slice("head"), grpc::Slice(large), grpc::Slice(""),
                                           grpc::Slice("tail")};

  EXPECT_EQ(CordFromByteBuffer(grpc::ByteBuffer(slices.data(), slices.size())),
            "head" + large + "tail");
}

TEST(ByteBufferTest, OfACordOfManyChunksHasAllOfThem) {
  absl::Cord cord;
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    const std::string chunk = Pattern(3'000 + i);
    cord.Append(absl::Cord(std::string(chunk)));
    expected += chunk;
  }
  EXPECT_EQ(BytesOf(ByteBufferFromCord(cord)), expected);
}

TEST(ByteBufferTest, SharesTheBytesOfALargeCord) {
  const std::string bytes = Pattern(1 << 20);
  const absl::Cord cord = absl::MakeCordFromExternal(bytes, [](absl::string_view) {});

  const grpc::ByteBuffer buffer = ByteBufferFromCord(cord);

  grpc::Slice slice;
  ASSERT_TRUE(buffer.TrySingleSlice(&slice).ok());
  EXPECT_EQ(reinterpret_cast<const char*>(slice.begin()), bytes.data());
}

}  // namespace
}  // namespace cachestore
