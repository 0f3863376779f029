// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_ETAG_H_
#define STORES_ETAG_H_

#include <string>

#include "absl/strings/cord.h"

namespace cachestore {

// The etag of a value: its SHA-1 digest (FIPS 180-4), kEtagBytes long; the one digest that a script
// in Redis can compute, too. O(bytes), about a nanosecond each.
std::string EtagOf(const absl::Cord& value);

}  // namespace cachestore

#endif  // STORES_ETAG_H_
