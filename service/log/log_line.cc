// SPDX-License-Identifier: Apache-2.0
#include "service/log/log_line.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "protos/json_text.h"

namespace cachestore {
namespace {

// `text` without what would end a line, or move a terminal: such a byte is written as \xNN.
std::string OneLine(absl::string_view text) {
  std::string line;
  for (const char byte : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(byte))) {
      absl::StrAppendFormat(&line, "\\x%02x", static_cast<unsigned char>(byte));
    } else {
      line.push_back(byte);
    }
  }
  return line;
}

std::string JsonValue(const LogLine::Value& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  if (const auto* const number = std::get_if<double>(&value)) {
    return absl::StrFormat("%.6g", *number);
  }
  return JsonText(std::get<std::string>(value));
}

std::string TextValue(const LogLine::Value& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return OneLine(*text);
  return JsonValue(value);
}

}  // namespace

absl::string_view LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

std::string TextOf(const LogLine& line) {
  std::string text = absl::StrCat(
      "cache_server: ", line.level == LogLevel::kWarning ? "warning: " : "", OneLine(line.message));
  for (const auto& [name, value] : line.fields) {
    absl::StrAppend(&text, ", ", name, " ", TextValue(value));
  }
  return text;
}

std::string JsonOf(const LogLine& line, absl::Time time) {
  std::string json = absl::StrCat(
      R"({"time":")", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()),
      R"(","level":")", LogLevelName(line.level), R"(","message":)", JsonText(line.message));
  for (const auto& [name, value] : line.fields) {
    absl::StrAppend(&json, ",\"", name, "\":", JsonValue(value));
  }
  return absl::StrCat(json, "}");
}

}  // namespace cachestore
