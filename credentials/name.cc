// SPDX-License-Identifier: Apache-2.0
#include "credentials/name.h"

#include <algorithm>

namespace cachestore {

bool IsName(absl::string_view text) {
  constexpr size_t kMaxNameBytes = 63;
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace cachestore
