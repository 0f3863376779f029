// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_HTTP2_METADATA_H_
#define SERVICE_TRANSPORTS_HTTP2_METADATA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cachestore::http2 {

// A field of a header list, as it stands on the wire.
struct Field {
  std::string name;
  std::string value;
};
using Fields = std::vector<Field>;

// gRPC's metadata, as fields: a value whose name ends in "-bin" may be any bytes, and travels in
// base64, padded or not.

// Adds an entry.
void AddMetadata(absl::string_view name, absl::string_view value, Fields& fields);

// The value of the first entry of that name; null if there is none, or if it is no base64 where it
// has to be.
std::optional<std::string> FindMetadata(const Fields& fields, absl::string_view name);

}  // namespace cachestore::http2

#endif  // SERVICE_TRANSPORTS_HTTP2_METADATA_H_
