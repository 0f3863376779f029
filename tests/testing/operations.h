// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_OPERATIONS_H_
#define TESTS_TESTING_OPERATIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "stores/cache_store.h"

namespace cachestore {

// An operation of CacheStore, for tests of what holds for each of them alike. `done` is told how
// the call ended, and not what it returned: OK whatever the others have done to `key` before. A
// batch is one of this key alone.
struct Operation {
  std::string name;

  // What errors call `key`.
  std::string key_field;

  void (*start)(CacheStore& store, absl::string_view key, const CallOptions& options,
                CacheStore::StatusCallback done);
};

// All that take a key: Get, Set, Delete and Exists, then those with options, Increment and the
// batches.
const std::vector<Operation>& OperationsWithKey();

// Those, Clear and Ping: all but Close.
const std::vector<Operation>& AllOperations();

}  // namespace cachestore

#endif  // TESTS_TESTING_OPERATIONS_H_
