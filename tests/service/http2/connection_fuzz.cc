// SPDX-License-Identifier: Apache-2.0

// What a peer may send on a connection: any bytes. `./dev fuzz connection` has libFuzzer make them
// up; fuzz_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "tests/service/http2/fuzzed_connection.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = size_t{16} * 1024;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, kMaxInput));
  cachestore::http2::TryConnection(bytes, [](size_t) { return kMaxInput; });
  cachestore::http2::TryConnection(bytes, [&](size_t i) { return data[i * 7 % size] % 64; });
  return 0;
}
