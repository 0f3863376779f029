// SPDX-License-Identifier: Apache-2.0

// What a peer may send that at least knows what frames are: a connection that has begun, and then
// frames of any kind in any order. Of the input, each takes a byte for type, flags, stream and
// length, and then its payload. `./dev fuzz frames` has libFuzzer make them up; fuzz_corpus_test.cc
// does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/service/http2/fuzzed_connection.h"

namespace {

// The preface, and SETTINGS that say nothing.
constexpr absl::string_view kBegin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

std::string FramesOf(absl::string_view input) {
  constexpr size_t kHeadBytes = 4;
  constexpr uint8_t kTypes = 11;
  std::string bytes(kBegin);
  while (input.size() >= kHeadBytes) {
    const absl::string_view payload = input.substr(kHeadBytes, static_cast<uint8_t>(input[3]));
    bytes.append({0, 0, static_cast<char>(payload.size()),
                  static_cast<char>(static_cast<uint8_t>(input[0]) % kTypes), input[1], 0, 0, 0,
                  input[2]});
    bytes.append(payload.data(), payload.size());
    input.remove_prefix(kHeadBytes + payload.size());
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = size_t{16} * 1024;
  const absl::string_view input(reinterpret_cast<const char*>(data), std::min(size, kMaxInput));
  const std::string bytes = FramesOf(input);
  cachestore::http2::TryConnection(bytes, [&](size_t) { return bytes.size(); });
  cachestore::http2::TryConnection(bytes, [&](size_t i) { return i == 0 ? 33 : 13; });
  return 0;
}
