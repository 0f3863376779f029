// SPDX-License-Identifier: Apache-2.0
// Every way in which a command can meet a slot that moves: a model of the servers of a cluster, as
// the cluster specification has them, against Redirects, in all orders of what can happen.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "stores/redis/cluster/redirects.h"

namespace cachestore::redis {
namespace {

constexpr int kServers = 3;

// One slot with one key, and three servers.
struct World {
  int owner = 0;
  std::optional<int> target;                  // Whom the slot is on its way to.
  bool is_key_moved = false;                  // Of a slot on its way: the key is there already.
  std::array<int, kServers> seen_owner = {};  // Whom each server thinks the owner is.
  int moves_left = 1;                         // How often the slot may still be sent away.
};

// What can happen to the world by itself, besides.
std::vector<World> Successors(const World& world) {
  std::vector<World> successors;
  if (!world.target.has_value() && world.moves_left > 0) {
    for (int server = 0; server < kServers; ++server) {
      if (server == world.owner) continue;
      World next = world;
      next.target = server;
      --next.moves_left;
      successors.push_back(next);
    }
  }
  if (world.target.has_value() && !world.is_key_moved) {
    World next = world;
    next.is_key_moved = true;
    successors.push_back(next);
  }
  if (world.target.has_value() && world.is_key_moved) {
    World next = world;
    next.owner = *world.target;
    next.target.reset();
    next.is_key_moved = false;
    // Both ends are told; others hear of it later.
    next.seen_owner[static_cast<size_t>(world.owner)] = next.owner;
    next.seen_owner[static_cast<size_t>(next.owner)] = next.owner;
    successors.push_back(next);
  }
  for (size_t server = 0; server < kServers; ++server) {
    if (world.seen_owner[server] == world.owner) continue;
    World next = world;
    next.seen_owner[server] = world.owner;
    successors.push_back(next);
  }
  return successors;
}

// What a server answers to the command: nothing if it runs it.
std::optional<Redirection> AnswerOf(const World& world, int server, bool asking) {
  const auto redirection = [](Redirection::Type type, int to) {
    return Redirection{.type = type,
                       .place = {.host = absl::StrCat(to), .port = static_cast<uint16_t>(7000)}};
  };
  if (server == world.owner) {
    if (world.target.has_value() && world.is_key_moved) {
      return redirection(Redirection::Type::kAsk, *world.target);
    }
    return std::nullopt;
  }
  if (asking && world.target == server) return std::nullopt;
  return redirection(Redirection::Type::kMoved, world.seen_owner[static_cast<size_t>(server)]);
}

// Whether the server that runs the command is where the key is.
bool HasKey(const World& world, int server) {
  return world.is_key_moved ? server == *world.target : server == world.owner;
}

struct Outcome {
  int64_t runs = 0;
  int64_t given_up = 0;
  int64_t misplaced = 0;
  int most_sends = 0;
};

// The command is on its way to `server`. Tries all that can happen before it arrives.
void Explore(const World& world, int server, bool asking, const Redirects& redirects, int sends,
             int quiet_limit, Outcome& outcome) {
  for (const World& next : Successors(world)) {
    if (quiet_limit > 0) {
      Explore(next, server, asking, redirects, sends, quiet_limit - 1, outcome);
    }
  }
  outcome.most_sends = std::max(outcome.most_sends, sends);
  const std::optional<Redirection> answer = AnswerOf(world, server, asking);
  if (!answer.has_value()) {
    ++outcome.runs;
    if (!HasKey(world, server)) ++outcome.misplaced;
    return;
  }
  Redirects after = redirects;
  const Redirects::Step step = after.Next(*answer);
  EXPECT_EQ(step.is_map_old, answer->type == Redirection::Type::kMoved);
  if (step.type == Redirects::Step::Type::kGiveUp) {
    ++outcome.given_up;
    return;
  }
  ASSERT_EQ(step.type, Redirects::Step::Type::kSend);
  ASSERT_EQ(step.asking, answer->type == Redirection::Type::kAsk);
  Explore(world, std::stoi(step.place.host), step.asking, after, sends + 1, quiet_limit, outcome);
}

Outcome ExploreAll(int moves, int events) {
  Outcome outcome;
  for (int first = 0; first < kServers; ++first) {
    World world;
    world.moves_left = moves;
    Explore(world, first, false, Redirects(), 1, events, outcome);
  }
  return outcome;
}

TEST(RedirectsExplorationTest, WhereNothingMovesOneRedirectionIsEnough) {
  const Outcome outcome = ExploreAll(0, 0);
  EXPECT_EQ(outcome.runs, kServers);
  EXPECT_EQ(outcome.given_up, 0);
  EXPECT_EQ(outcome.most_sends, 2);
}

TEST(RedirectsExplorationTest, WhileASlotMovesTheCommandArrivesWhereItsKeyIs) {
  const Outcome outcome = ExploreAll(1, 6);
  EXPECT_GT(outcome.runs, 100);
  EXPECT_EQ(outcome.given_up, 0);
  EXPECT_EQ(outcome.misplaced, 0);
  EXPECT_LE(outcome.most_sends, 3);
}

TEST(RedirectsExplorationTest, WhileASlotMovesTwiceTheCommandStillArrivesWhereItsKeyIs) {
  const Outcome outcome = ExploreAll(2, 12);
  EXPECT_GT(outcome.runs, 1000);
  EXPECT_EQ(outcome.given_up, 0);
  EXPECT_EQ(outcome.misplaced, 0);
  EXPECT_LE(outcome.most_sends, Redirects::kMax);
}

TEST(RedirectsExplorationTest, ServersThatDoNotAgreeSendACommandAroundABoundedNumberOfTimes) {
  World world;
  world.moves_left = 0;
  world.owner = 2;
  world.seen_owner = {1, 0, 2};
  Outcome outcome;
  Explore(world, 0, false, Redirects(), 1, 0, outcome);
  EXPECT_EQ(outcome.runs, 0);
  EXPECT_EQ(outcome.given_up, 1);
  EXPECT_EQ(outcome.most_sends, Redirects::kMax + 1);
}

TEST(RedirectsExplorationTest, WhatIsToBeTriedLaterWaitsLongerEachTimeAndIsGivenUpToo) {
  Redirects redirects;
  absl::Duration before = absl::ZeroDuration();
  for (int i = 0; i < Redirects::kMax; ++i) {
    const Redirects::Step step = redirects.Next({.type = Redirection::Type::kLater});
    ASSERT_EQ(step.type, Redirects::Step::Type::kWait);
    EXPECT_GT(step.time, before);
    before = step.time;
  }
  EXPECT_EQ(redirects.Next({.type = Redirection::Type::kLater}).type,
            Redirects::Step::Type::kGiveUp);
}

}  // namespace
}  // namespace cachestore::redis
