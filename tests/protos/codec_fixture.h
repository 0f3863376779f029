// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_PROTOS_CODEC_FIXTURE_H_
#define TESTS_PROTOS_CODEC_FIXTURE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "protos/cache.pb.h"

namespace cachestore::codec {

// What tests of the codecs against protobuf's generated code make up: random messages, and bytes
// that are hardly messages at all. The same on each machine.
class CodecFixture : public testing::Test {
 protected:
  static constexpr int kRounds = 20'000;
  static constexpr uint32_t kSeed = 20'260'101;

  void SetUp() override { RecordProperty("seed", kSeed); }

  size_t Below(size_t bound) { return random_() % bound; }
  int64_t RandomNumber() {
    return static_cast<int64_t>((uint64_t{random_()} << 32 | random_()) >> Below(64));
  }

  std::string RandomBytes(size_t most) {
    std::string bytes(Below(most + 1), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  // A message with parts cut out, changed, doubled, or put elsewhere.
  std::string Damage(std::string bytes) {
    for (size_t i = Below(4); i > 0 && !bytes.empty(); --i) {
      const size_t at = Below(bytes.size());
      switch (Below(4)) {
        case 0:
          bytes.erase(at, 1 + Below(3));
          break;
        case 1:
          bytes[at] = static_cast<char>(random_());
          break;
        case 2:
          bytes.insert(at, RandomBytes(4));
          break;
        default:
          bytes += bytes.substr(at);
          break;
      }
    }
    return bytes;
  }

  // The same bytes as a Cord of one chunk or of several. `bytes` must outlive it.
  absl::Cord AsCord(const std::string& bytes) {
    if (Below(2) == 0) return absl::Cord(bytes);
    absl::Cord cord;
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = std::min(bytes.size() - at, 1 + Below(9));
      cord.Append(absl::MakeCordFromExternal(absl::string_view(bytes).substr(at, size), [] {}));
      at += size;
    }
    return cord;
  }

  template <typename Duration>
  void Fill(Duration& duration) {
    duration.set_seconds(static_cast<int64_t>(Below(1'000'000)));
    duration.set_nanos(static_cast<int32_t>(Below(1'000'000'000)));
  }

  v1::SetRequest RandomSet() {
    v1::SetRequest request;
    request.set_key(RandomBytes(20));
    request.set_value(RandomBytes(Below(8) == 0 ? 2'000 : 40));
    if (Below(2) == 0) Fill(*request.mutable_ttl());
    request.set_keep_ttl(Below(4) == 0);
    switch (Below(6)) {
      case 0:
        request.set_if_absent(true);
        break;
      case 1:
        request.set_if_present(true);
        break;
      case 2:
        request.set_if_etag(RandomBytes(20));
        break;
      default:
        break;
    }
    return request;
  }

  std::mt19937 random_{kSeed};
};

}  // namespace cachestore::codec

#endif  // TESTS_PROTOS_CODEC_FIXTURE_H_
