// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_PEM_FILE_H_
#define CREDENTIALS_PEM_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

namespace cachestore {

// How much a PEM file may hold: the authorities of a whole operating system are a quarter.
inline constexpr size_t kMaxPemFileBytes = size_t{1} << 20;

// A PEM file that a setting names, and what stands in it once it is read.
struct PemFile {
  std::string setting;  // As errors call it.
  std::string path;
  std::string text = {};
};

// Reads it, whatever it holds. INVALID_ARGUMENT, here and below, begins with the setting, names the
// path, and says what is wrong: that it cannot be read, or is too large. Reads a disk.
absl::Status ReadPemFile(PemFile& file);

// That it holds certificates, and none that is broken.
absl::Status CheckCertificates(const PemFile& file);

// That the first certificate of one has its key, not encrypted, in the other. Says which of them is
// at fault, where OpenSSL and gRPC would say only that one is.
absl::Status CheckPair(const PemFile& certificate, const PemFile& key);

}  // namespace cachestore

#endif  // CREDENTIALS_PEM_FILE_H_
