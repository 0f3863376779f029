// SPDX-License-Identifier: Apache-2.0
#include "protos/json_text.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cachestore {
namespace {

// How long the character at the front of `text` is, by RFC 3629; 0 if that is no UTF-8.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  size_t length = 0;
  // The second byte's bounds keep out what is overlong, a surrogate, or beyond U+10FFFF.
  uint8_t least = 0x80;
  uint8_t most = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) least = 0xA0;
    if (first == 0xED) most = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) least = 0x90;
    if (first == 0xF4) most = 0x8F;
  }
  if (length == 0 || text.size() < length || byte(1) < least || byte(1) > most) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// Appends a character of one byte.
void AppendAscii(char character, std::string& json) {
  if (character == '"' || character == '\\') {
    json.push_back('\\');
    json.push_back(character);
  } else if (static_cast<uint8_t>(character) < 0x20 || character == 0x7f) {
    absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(character));
  } else {
    json.push_back(character);
  }
}

}  // namespace

std::string JsonText(absl::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    if (length == 1) {
      AppendAscii(text.front(), json);
    } else {
      absl::StrAppend(&json, length == 0 ? "\xEF\xBF\xBD" : text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  json.push_back('"');
  return json;
}

}  // namespace cachestore
