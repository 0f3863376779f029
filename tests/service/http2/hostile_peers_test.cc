// SPDX-License-Identifier: Apache-2.0

// A whole server among peers that mean it harm, or are very many: it answers the others, and its
// memory stays small.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/service/frame_client.h"
#include "tests/service/running_server.h"
#include "tests/testing/resident_bytes.h"

namespace cachestore::http2 {
namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = kKiB * kKiB;

constexpr char kPing[] = "/cachestore.v1.CacheStore/Ping";

using Frame = FrameClient::Frame;

class HostilePeersTest : public testing::Test {
 protected:
  size_t ResidentBytes() { return cachestore::ResidentBytes(server_.process().pid()); }

  // Sends `frames` again and again, the i-th time as they are then, until the server hangs up or
  // `most` bytes were sent; and sees that another caller is answered meanwhile.
  void Flood(const std::string& name, size_t most,
             const std::function<std::string(int i)>& frames) {
    const size_t before = ResidentBytes();
    FrameClient peer(server_.address());
    size_t sent = 0;
    for (int i = 0; sent < most; ++i) {
      const std::string bytes = frames(i);
      if (!peer.TrySend(bytes)) break;
      sent += bytes.size();
      if (i % 100 != 0) continue;
      ASSERT_TRUE(server_.Ping().ok()) << name;
      ASSERT_LT(ResidentBytes(), before + 64 * kMiB) << name << ", after " << sent << " bytes";
    }
  }

  RunningServer server_{TransportKind::kHttp2};
};

TEST_F(HostilePeersTest, FloodsTakeLittleMemoryAndLeaveTheOthersServed) {
  const auto repeated = [](const std::string& frame) {
    std::string frames;
    for (int i = 0; i < 100; ++i) frames += frame;
    return [frames](int) { return frames; };
  };
  const auto frame = [](uint8_t type, uint32_t stream, const std::string& payload) {
    return FrameClient::Encode({.type = type, .flags = 0, .stream = stream, .payload = payload});
  };
  constexpr size_t kMost = 20 * kMiB;
  Flood("PING", kMost, repeated(frame(FrameClient::kPing, 0, std::string(8, 'p'))));
  Flood("SETTINGS", kMost, repeated(frame(FrameClient::kSettings, 0, "")));
  Flood("PRIORITY", kMost, repeated(frame(2, 1, std::string(5, '\1'))));
  Flood("WINDOW_UPDATE", kMost, repeated(frame(8, 0, std::string("\0\0\0\1", 4))));
  Flood("WINDOW_UPDATE beyond the largest window", kMost,
        repeated(frame(8, 0, std::string("\x7f\xff\xff\xff", 4))));
  Flood("frames of no known type", kMost, repeated(frame(0xee, 0, "anything")));
  Flood("HEADERS that never end", kMost,
        [&](int i) { return frame(i == 0 ? 1 : 9, 1, std::string("\0\1x\1y", 5)); });
  Flood("rapid reset", kMost, [&](int i) {
    const auto stream = static_cast<uint32_t>(2 * i + 1);
    return FrameClient::CallOf(stream, kPing, "") + frame(3, stream, std::string("\0\0\0\x08", 4));
  });
  // A field of 4,000 bytes that is remembered once, and then named by a byte each.
  Flood("HPACK bomb", kMost, [&](int i) {
    std::string fields = i == 0 ? absl::StrCat("\x40\1x\x7f\xa1\x1e", std::string(4000, 'v')) : "";
    fields += std::string(10'000, '\xbe');
    return FrameClient::Encode({.type = FrameClient::kHeaders,
                                .flags = 0x5,
                                .stream = static_cast<uint32_t>(2 * i + 1),
                                .payload = fields});
  });
  Flood("messages that begin and do not end", kMost, [&](int i) {
    const auto stream = static_cast<uint32_t>(2 * i + 1);
    std::string call = FrameClient::CallOf(stream, kPing, "");
    call.resize(call.size() - 14);  // Its DATA.
    return call + frame(0, stream, std::string("\0\0\x40\0\0begin", 10));
  });
}

TEST_F(HostilePeersTest, APeerThatNeverReadsTakesNoMoreThanItsShare) {
  v1::SetRequest set;
  set.set_key("key");
  set.set_value(std::string(kMiB, 'v'));
  grpc::ClientContext context;
  v1::SetResponse stored;
  ASSERT_TRUE(server_.cache().Set(&context, set, &stored).ok());
  const size_t before = ResidentBytes();
  FrameClient peer(server_.address());
  // Its windows are open; only its socket is not read.
  peer.TrySend(FrameClient::Encode({.type = FrameClient::kSettings,
                                    .flags = 0,
                                    .stream = 0,
                                    .payload = std::string("\0\4\x7f\xff\xff\xff", 6)}));
  peer.TrySend(FrameClient::Encode(
      {.type = 8, .flags = 0, .stream = 0, .payload = std::string("\x7f\0\0\0", 4)}));
  for (uint32_t i = 0; i < 2'000; ++i) {
    if (!peer.TrySend(FrameClient::CallOf(2 * i + 1, "/cachestore.v1.CacheStore/Get", "\n\3key"))) {
      break;
    }
  }
  ASSERT_TRUE(server_.Ping().ok());
  EXPECT_LT(ResidentBytes(), before + 32 * kMiB);
}

TEST_F(HostilePeersTest, TenThousandIdleConnectionsTakeTwentyKibibytesEachAtMost) {
  constexpr size_t kConnections = 10'000;
  // The server's limit is this process's.
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GE(limit.rlim_max, kConnections + 200)
      << "raise the hard limit of open files (ulimit -Hn)";
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  RunningServer server(TransportKind::kHttp2);
  const size_t before = cachestore::ResidentBytes(server.process().pid());
  std::vector<std::unique_ptr<FrameClient>> peers;
  for (size_t i = 0; i < kConnections; ++i) {
    peers.push_back(std::make_unique<FrameClient>(server.address()));
    ASSERT_TRUE(peers.back()->TrySend(FrameClient::CallOf(1, kPing, "")));
    ASSERT_EQ(peers.back()->Await(FrameClient::kHeaders).stream, 1);
  }
  const size_t kept = cachestore::ResidentBytes(server.process().pid()) - before;
  EXPECT_LT(kept / kConnections, 20 * kKiB);
  EXPECT_TRUE(server.Ping().ok());
}

}  // namespace
}  // namespace cachestore::http2
