// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/redis/reply_text.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cachestore::redis {

std::string TextOf(const Reply& reply) {
  switch (reply.type) {
    case Reply::Type::kNil:
      return "nil";
    case Reply::Type::kString:
      return absl::StrCat("\"", absl::CHexEscape(reply.text), "\"");
    case Reply::Type::kStatus:
      return absl::StrCat("+", absl::CHexEscape(reply.text));
    case Reply::Type::kInteger:
      return absl::StrCat(reply.integer);
    case Reply::Type::kError:
      return absl::StrCat("-", absl::CHexEscape(reply.text));
    case Reply::Type::kArray:
      return absl::StrCat("[",
                          absl::StrJoin(reply.elements, ", ",
                                        [](std::string* text, const Reply& element) {
                                          text->append(TextOf(element));
                                        }),
                          "]");
  }
  return "a reply of no known type";
}

}  // namespace cachestore::redis
