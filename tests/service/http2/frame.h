// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_HTTP2_FRAME_H_
#define TESTS_SERVICE_HTTP2_FRAME_H_

#include <cstdint>
#include <string>

namespace cachestore::http2 {

// A frame of any kind, as it is sent (RFC 9113, 4.1).
inline std::string Frame(uint8_t type, uint8_t flags, int32_t stream, const std::string& payload) {
  const size_t size = payload.size();
  std::string frame = {static_cast<char>(size >> 16),   static_cast<char>(size >> 8),
                       static_cast<char>(size),         static_cast<char>(type),
                       static_cast<char>(flags),        static_cast<char>(stream >> 24),
                       static_cast<char>(stream >> 16), static_cast<char>(stream >> 8),
                       static_cast<char>(stream)};
  return frame + payload;
}

}  // namespace cachestore::http2

#endif  // TESTS_SERVICE_HTTP2_FRAME_H_
