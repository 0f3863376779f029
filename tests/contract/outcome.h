// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CONTRACT_OUTCOME_H_
#define TESTS_CONTRACT_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/contract/contract.pb.h"

namespace cachestore::contract {

// How a call ended, whichever it was.
struct Outcome {
  absl::Status status = {};

  // Of Get and BatchGet: nothing for a miss.
  std::optional<std::string> value = {};

  // What Set stored, Delete deleted, Exists found.
  std::optional<bool> answer = {};

  std::optional<int64_t> count = {};
  std::string etag = {};
  std::optional<absl::Duration> ttl = {};

  // Of a batch.
  std::vector<Outcome> results = {};
};

// Why the outcome is not what is expected; empty if it is.
std::string Mismatch(const Outcome& outcome, const Expectation& expected);

}  // namespace cachestore::contract

#endif  // TESTS_CONTRACT_OUTCOME_H_
