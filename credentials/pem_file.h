// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_PEM_FILE_H_
#define CREDENTIALS_PEM_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace cachestore {

// How much a PEM file may hold: the authorities of a whole operating system are a quarter.
inline constexpr size_t kMaxPemFileBytes = size_t{1} << 20;

// All of the PEM file at `path`, whatever it holds. INVALID_ARGUMENT names the path, and says why
// it cannot be read or that it is too large. Reads a disk.
absl::StatusOr<std::string> ReadPemFile(const std::string& path);

}  // namespace cachestore

#endif  // CREDENTIALS_PEM_FILE_H_
