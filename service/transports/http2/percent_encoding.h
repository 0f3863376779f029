// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_PERCENT_ENCODING_H_
#define SERVICE_TRANSPORTS_HTTP2_PERCENT_ENCODING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// A message as the field grpc-message carries it: what is not printable ASCII, and the percent sign
// itself, as %XX.
std::string PercentEncode(absl::string_view message);

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_PERCENT_ENCODING_H_
