// SPDX-License-Identifier: Apache-2.0

// Walks every state that a ConnectionMachine can get into, by whatever events in whatever order,
// with at most three requests open at a time: breadth first, by each move from each state that is
// new, until no move leads to a new one. So the walks have no greatest length; the states are
// finitely many, as times count from now (state_key.h). ConnectionModel checks each step; and from
// each state it is tried how it ends if nothing comes any more, and if all goes well again.
//
// There are 76,215 states with 1,061,399 moves between them, in a second, as
//   ./dev test --test_output=all //tests/stores/redis:connection_machine_exploration_test
// says.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/stores/redis/connection_walk.h"

namespace cachestore::redis {
namespace {

using Move = ConnectionWalk::Move;

class ConnectionMachineExplorationTest : public ::testing::Test {
 protected:
  // A state that was reached, by its number.
  struct Reached {
    size_t number;
    ConnectionWalk walk;
  };

  // How a state was reached first: by which move, from which other one.
  struct Origin {
    size_t from;
    Move move;
  };

  // Makes every move from `state`, and keeps what is new. False if a promise is broken.
  bool Expand(const Reached& state) {
    for (int i = 0; i < ConnectionWalk::kMoves; ++i) {
      const auto move = static_cast<Move>(i);
      if (!state.walk.CanMake(move)) continue;
      const auto make = [move](ConnectionWalk& walk) { return walk.Make(move); };
      ConnectionWalk next = state.walk;
      if (!Holds(next, state.number, make)) return false;
      ++moves_;
      if (!keys_.insert(next.Key()).second) continue;
      frontier_.push_back({origins_.size(), std::move(next)});
      origins_.push_back({state.number, move});
    }
    return true;
  }

  // Whether `walk`, which is in the state `number`, can go on so. Tells the whole story if not.
  bool Holds(ConnectionWalk& walk, size_t number, absl::FunctionRef<bool(ConnectionWalk&)> go_on) {
    if (go_on(walk)) return true;
    std::vector<Move> moves;
    for (; number != 0; number = origins_[number].from) moves.push_back(origins_[number].move);
    std::vector<std::string> log;
    ConnectionWalk again;
    again.LogTo(log);
    std::ranges::reverse(moves);
    for (const Move move : moves) again.Make(move);
    go_on(again);
    ADD_FAILURE() << "The machine does not keep this: " << walk.violation() << "\n"
                  << absl::StrJoin(log, "\n");
    return false;
  }

  std::deque<Reached> frontier_ = {{0, ConnectionWalk()}};
  std::vector<Origin> origins_ = {{0, Move::kWait}};  // By number.
  absl::flat_hash_set<std::string> keys_ = {ConnectionWalk().Key()};
  size_t moves_ = 0;
};

TEST_F(ConnectionMachineExplorationTest, KeepsItsPromisesInEveryState) {
  const auto end_by_itself = [](ConnectionWalk& walk) { return walk.EndByItself(); };
  const auto recover = [](ConnectionWalk& walk) { return walk.Recover(); };
  for (; !frontier_.empty(); frontier_.pop_front()) {
    const Reached& state = frontier_.front();
    ASSERT_TRUE(Expand(state));
    ConnectionWalk ending = state.walk;
    ASSERT_TRUE(Holds(ending, state.number, end_by_itself));
    ConnectionWalk recovering = state.walk;
    ASSERT_TRUE(state.walk.is_stopped() || Holds(recovering, state.number, recover));
  }
  std::cout << origins_.size() << " states, " << moves_ << " moves between them\n";
  // So that this does not become trivial unnoticed.
  EXPECT_GT(origins_.size(), 70'000);
}

}  // namespace
}  // namespace cachestore::redis
