// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/metadata.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace cachestore::http2 {
namespace {

bool IsBinary(absl::string_view name) { return absl::EndsWith(name, "-bin"); }

}  // namespace

void AddMetadata(absl::string_view name, absl::string_view value, Fields& fields) {
  fields.push_back(
      {std::string(name), IsBinary(name) ? absl::Base64Escape(value) : std::string(value)});
}

std::optional<std::string> FindMetadata(const Fields& fields, absl::string_view name) {
  const auto field = std::ranges::find(fields, name, &Field::name);
  if (field == fields.end()) return std::nullopt;
  if (!IsBinary(name)) return field->value;
  std::string value;
  // Where several values came in one field, the first of them.
  if (!absl::Base64Unescape(field->value.substr(0, field->value.find(',')), &value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace cachestore::http2
