// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/json.h"

#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "protos/json_text.h"

namespace cachestore {

JsonObject& JsonObject::Add(absl::string_view name, absl::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ",", JsonText(name), ":", json);
  return *this;
}

JsonObject& JsonObject::Text(absl::string_view name, absl::string_view text) {
  return Add(name, JsonText(text));
}

JsonObject& JsonObject::Bytes(absl::string_view name, absl::string_view bytes) {
  return Add(name, absl::StrCat("\"", absl::Base64Escape(bytes), "\""));
}

JsonObject& JsonObject::Count(absl::string_view name, uint64_t count) {
  return Add(name, absl::StrCat(count));
}

JsonObject& JsonObject::Integer(absl::string_view name, int64_t integer) {
  return Add(name, absl::StrCat(integer));
}

JsonObject& JsonObject::Number(absl::string_view name, double number) {
  return Add(name, std::isfinite(number) ? absl::StrFormat("%.9g", number) : "null");
}

JsonObject& JsonObject::Flag(absl::string_view name, bool flag) {
  return Add(name, flag ? "true" : "false");
}

JsonObject& JsonObject::List(absl::string_view name, const std::vector<JsonObject>& objects) {
  const std::string list = absl::StrJoin(objects, ",", [](std::string* out, const JsonObject& one) {
    absl::StrAppend(out, one.ToString());
  });
  return Add(name, absl::StrCat("[", list, "]"));
}

std::string JsonObject::ToString() const { return absl::StrCat("{", members_, "}"); }

}  // namespace cachestore
