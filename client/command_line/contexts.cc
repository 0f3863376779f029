// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/contexts.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/command_line/files.h"
#include "client/service_url.h"
#include "credentials/name.h"

namespace cachestore {
namespace {

namespace fs = std::filesystem;

constexpr std::array<absl::string_view, 4> kPaths = {"token_file", "tls_ca_file", "tls_cert_file",
                                                     "tls_key_file"};

absl::Status Wrong(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// [NAME]
absl::Status BeginContext(absl::string_view line, std::vector<Context>& contexts) {
  const std::string name(line.substr(1, line.size() - 2));
  if (line.back() != ']' || !IsName(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no name of a context; takes [NAME], with ", kNameForm));
  }
  if (std::ranges::count(contexts, name, &Context::name) > 0) {
    return absl::InvalidArgumentError(absl::StrCat("the context ", name, " is there already"));
  }
  contexts.push_back({.name = name});
  return absl::OkStatus();
}

// SETTING = VALUE
absl::Status AddSetting(absl::string_view line, const std::string& folder, Context& context) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits('=', 1));
  const std::string setting(absl::StripAsciiWhitespace(parts.first));
  const std::string value(absl::StripAsciiWhitespace(parts.second));
  const bool is_server = setting == "server";
  if (!is_server && std::ranges::count(kPaths, setting) == 0) {
    return absl::InvalidArgumentError(absl::StrCat("is no setting of a context; takes server, ",
                                                   absl::StrJoin(kPaths, ", "), " = VALUE"));
  }
  if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(setting, " has no value"));
  if (is_server ? !context.server.empty() : context.settings.contains(setting)) {
    return absl::InvalidArgumentError(absl::StrCat(setting, " is given twice"));
  }
  if (!is_server) {
    context.settings[setting] = (fs::path(folder) / value).string();
    return absl::OkStatus();
  }
  context.server = value;
  return ParseServiceUrl(value).status();
}

}  // namespace

absl::StatusOr<std::string> ContextsPath(const SettingSource& environment) {
  constexpr absl::string_view kBelow = "/cachestore/contexts";
  const std::optional<std::string> folder = environment("XDG_CONFIG_HOME");
  // The XDG Base Directory Specification has paths that are relative ignored.
  if (folder.has_value() && absl::StartsWith(*folder, "/")) return absl::StrCat(*folder, kBelow);
  const std::optional<std::string> home = environment("HOME");
  if (home.has_value() && !home->empty()) return absl::StrCat(*home, "/.config", kBelow);
  return absl::FailedPreconditionError(
      "there is no folder for contexts: neither XDG_CONFIG_HOME nor HOME is set");
}

absl::StatusOr<std::vector<Context>> ParseContexts(absl::string_view text,
                                                   const std::string& folder) {
  std::vector<Context> contexts;
  size_t number = 0;
  size_t begun = 0;  // The line on which the last context begins.
  const auto check_server = [&contexts, &begun] {
    if (contexts.empty() || !contexts.back().server.empty()) return absl::OkStatus();
    return Wrong(begun, absl::StrCat("the context ", contexts.back().name, " has no server"));
  };
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    absl::Status status;
    if (line.front() == '[') {
      if (status = check_server(); !status.ok()) return status;
      begun = number;
      status = BeginContext(line, contexts);
    } else if (contexts.empty()) {
      status = absl::InvalidArgumentError("stands before the first context; takes [NAME]");
    } else {
      status = AddSetting(line, folder, contexts.back());
    }
    if (!status.ok()) return Wrong(number, status.message());
  }
  if (absl::Status status = check_server(); !status.ok()) return status;
  return contexts;
}

absl::StatusOr<std::vector<Context>> ReadContexts(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat(path, ": there is no such file"));
  }
  const absl::StatusOr<absl::Cord> text = ReadFile(path);
  if (!text.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", text.status().message()));
  }
  absl::StatusOr<std::vector<Context>> contexts =
      ParseContexts(std::string(*text), fs::path(path).parent_path().string());
  if (contexts.ok()) return contexts;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", contexts.status().message()));
}

absl::StatusOr<Context> FindContext(const std::vector<Context>& contexts, const std::string& name) {
  const auto found = std::ranges::find(contexts, name, &Context::name);
  if (found != contexts.end()) return *found;
  const std::string names = absl::StrJoin(
      contexts, ", ",
      [](std::string* out, const Context& context) { absl::StrAppend(out, context.name); });
  return absl::InvalidArgumentError(
      absl::StrCat("there is no context ", name, "; there are: ", names));
}

}  // namespace cachestore
