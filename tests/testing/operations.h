// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_OPERATIONS_H_
#define TESTS_TESTING_OPERATIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "stores/cache_store.h"

namespace cachestore {

// An operation of CacheStore, for tests of what holds for each of them alike. `done` is told how
// the call ended, and not what it returned.
struct Operation {
  std::string name;
  void (*start)(CacheStore& store, absl::string_view key, const CallOptions& options,
                CacheStore::StatusCallback done);
};

// Get, Set, Delete and Exists.
const std::vector<Operation>& OperationsWithKey();

// Those, Clear and Ping: all but Close.
const std::vector<Operation>& AllOperations();

}  // namespace cachestore

#endif  // TESTS_TESTING_OPERATIONS_H_
