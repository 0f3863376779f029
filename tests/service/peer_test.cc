// SPDX-License-Identifier: Apache-2.0
#include "service/door/peer.h"

#include "gtest/gtest.h"

namespace cachestore {
namespace {

TEST(PeerTest, LoopbackAddressesAndUnixSocketsAreLocal) {
  EXPECT_TRUE(IsLocalPeer("ipv4:127.0.0.1:40000"));
  EXPECT_TRUE(IsLocalPeer("ipv4:127.9.8.7:1"));
  EXPECT_TRUE(IsLocalPeer("ipv6:%5B::1%5D:40000"));
  EXPECT_TRUE(IsLocalPeer("ipv6:[::1]:40000"));
  EXPECT_TRUE(IsLocalPeer("ipv6:%5B::ffff:127.0.0.1%5D:40000"));
  EXPECT_TRUE(IsLocalPeer("unix:"));
  EXPECT_TRUE(IsLocalPeer("unix:/run/cache.sock"));
}

TEST(PeerTest, OtherAddressesAreNotLocal) {
  EXPECT_FALSE(IsLocalPeer("ipv4:10.0.0.1:40000"));
  EXPECT_FALSE(IsLocalPeer("ipv4:128.127.0.0:1"));
  EXPECT_FALSE(IsLocalPeer("ipv6:%5B::2%5D:40000"));
  EXPECT_FALSE(IsLocalPeer("ipv6:%5B::1:2%5D:40000"));
  EXPECT_FALSE(IsLocalPeer("ipv6:%5B::ffff:10.0.0.1%5D:40000"));
  EXPECT_FALSE(IsLocalPeer("ipv6:127.0.0.1"));
}

TEST(PeerTest, WhatCannotBeReadIsNotLocal) {
  EXPECT_FALSE(IsLocalPeer(""));
  EXPECT_FALSE(IsLocalPeer("127.0.0.1"));
  EXPECT_FALSE(IsLocalPeer("localhost:1"));
}

}  // namespace
}  // namespace cachestore
