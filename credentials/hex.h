// SPDX-License-Identifier: Apache-2.0
#ifndef CREDENTIALS_HEX_H_
#define CREDENTIALS_HEX_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// The bytes that hexadecimal digits stand for, two for each; none if they are not, or an odd
// number. What absl::HexStringToBytes does not check, and what it is called differs between its
// releases.
std::optional<std::string> BytesOfHex(absl::string_view digits);

}  // namespace cachestore

#endif  // CREDENTIALS_HEX_H_
