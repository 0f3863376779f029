// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CONTRACT_CONTRACT_H_
#define TESTS_CONTRACT_CONTRACT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/contract/contract.pb.h"

namespace cachestore::contract {

// The files of tests/contract/cases, which the test's data must have, by their names. Ends the
// process, and says why, if one is no Contract.
std::vector<Contract> ReadContracts();

// What a text of the contract stands for (contract.proto). Ends the process if it is none.
std::string BytesOf(absl::string_view text);

}  // namespace cachestore::contract

#endif  // TESTS_CONTRACT_CONTRACT_H_
