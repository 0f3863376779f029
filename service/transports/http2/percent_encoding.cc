// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/percent_encoding.h"

#include "absl/strings/ascii.h"

namespace cachestore::http2 {

std::string PercentEncode(absl::string_view message) {
  constexpr char kHexDigits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(message.size());
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isprint(byte) && c != '%') {
      encoded.push_back(c);
      continue;
    }
    encoded.push_back('%');
    encoded.push_back(kHexDigits[byte >> 4]);
    encoded.push_back(kHexDigits[byte & 0xf]);
  }
  return encoded;
}

}  // namespace cachestore::http2
