// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CONTRACT_PLAYER_H_
#define TESTS_CONTRACT_PLAYER_H_

#include "gtest/gtest.h"
#include "stores/cache_store.h"
#include "tests/contract/contract.pb.h"

namespace cachestore::contract {

// Makes the steps of a case, one after the other. A failure names the step, and says how it ended.
testing::AssertionResult Play(const Case& played, CacheStore& store);

}  // namespace cachestore::contract

#endif  // TESTS_CONTRACT_PLAYER_H_
