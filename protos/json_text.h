// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_JSON_TEXT_H_
#define PROTOS_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cachestore {

// A string as JSON (RFC 8259) quotes it. What is no UTF-8 becomes U+FFFD, byte for byte.
std::string JsonText(absl::string_view text);

}  // namespace cachestore

#endif  // PROTOS_JSON_TEXT_H_
