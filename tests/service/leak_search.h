// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_LEAK_SEARCH_H_
#define TESTS_SERVICE_LEAK_SEARCH_H_

#include <cstdint>

#include "tests/service/calls_of.h"

namespace cachestore {

// Has two callers make `steps` calls, as `seed` has it, and looks after each whether it did what it
// does where there is nobody else: whether anything of one shows at the other. They are admins of
// different namespaces, one of which is called "one", and both are emptied first. Their keys are
// such that are like each other's with a namespace before them, or like patterns.
void SearchForLeaks(const CallsOf& one, const CallsOf& other, uint32_t seed, int steps);

}  // namespace cachestore

#endif  // TESTS_SERVICE_LEAK_SEARCH_H_
