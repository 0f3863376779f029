// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_JSON_H_
#define CLIENT_COMMAND_LINE_JSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cachestore {

// What --json prints, beside messages (protos/message_json.h). Bytes are base64, as in those.

// An object, its members in the order in which they are added. Not thread-safe.
class JsonObject {
 public:
  JsonObject& Text(absl::string_view name, absl::string_view text);
  JsonObject& Bytes(absl::string_view name, absl::string_view bytes);
  JsonObject& Count(absl::string_view name, uint64_t count);
  JsonObject& Integer(absl::string_view name, int64_t integer);
  // null unless it is finite.
  JsonObject& Number(absl::string_view name, double number);
  JsonObject& Flag(absl::string_view name, bool flag);
  JsonObject& List(absl::string_view name, const std::vector<JsonObject>& objects);

  // In one line, without a newline.
  std::string ToString() const;

 private:
  JsonObject& Add(absl::string_view name, absl::string_view json);

  std::string members_;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_JSON_H_
