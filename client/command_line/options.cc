// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/options.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "credentials/hex.h"
#include "stores/settings.h"

namespace cachestore {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 100);

constexpr char kEscapedForm[] = R"(what mget prints: of backslashes, \\, \t, \n, \r and \xNN)";

// A flag by which arguments are written as mget prints them. It comes before them, as options are
// read in the order in which they were added.
std::shared_ptr<bool> AddEscaped(CLI::App& command, const std::string& what) {
  auto escaped = std::make_shared<bool>(false);
  command.add_flag("--escaped", *escaped,
                   absl::StrCat(what, " as mget prints: any byte can be written as \\xNN"));
  return escaped;
}

bool Unescape(const std::string& text, bool escaped, std::string& bytes) {
  std::optional<std::string> read = escaped ? UnescapeLine(text) : text;
  if (!read.has_value()) return false;
  bytes = *std::move(read);
  return true;
}

}  // namespace

CLI::App& AddCommand(CLI::App& app, const std::string& name, const std::string& help,
                     const std::string& examples) {
  CLI::App* const command = app.add_subcommand(name, help);
  command->footer(absl::StrCat("Examples:\n", examples));
  return *command;
}

CLI::Option* AddText(CLI::App& command, const std::string& name, const std::string& help,
                     const std::string& takes, std::function<bool(const std::string&)> assign) {
  return command.add_option_function<std::string>(
      name,
      [name, takes, assign = std::move(assign)](const std::string& text) {
        if (assign(text)) return;
        throw CLI::ValidationError(name, absl::StrCat("got \"", text, "\"; takes ", takes));
      },
      help);
}

CLI::Option* AddDuration(CLI::App& command, const std::string& name, const std::string& help,
                         std::function<void(absl::Duration)> assign, absl::Duration least) {
  return AddText(command, name, help, "seconds, or a duration such as 500ms, 90s or 5m",
                 [assign = std::move(assign), least](const std::string& text) {
                   absl::Duration value;
                   if (!ParseSeconds(text, least, kLongest, value)) return false;
                   assign(value);
                   return true;
                 })
      ->type_name("DURATION");
}

CLI::Option* AddTtl(CLI::App& command, const std::string& help,
                    std::optional<absl::Duration>& ttl) {
  return AddDuration(command, "--ttl", help, [&ttl](absl::Duration value) { ttl = value; });
}

CLI::Option* AddEtag(CLI::App& command, const std::string& name, const std::string& help,
                     std::function<void(std::string)> assign) {
  return AddText(command, name, help,
                 absl::StrCat(2 * kEtagBytes, " hex digits, as `cachectl get KEY --etag` prints"),
                 [assign = std::move(assign)](const std::string& text) {
                   std::optional<std::string> etag = BytesOfHex(text);
                   const bool is_etag = etag.has_value() && etag->size() == kEtagBytes;
                   if (is_etag) assign(*std::move(etag));
                   return is_etag;
                 })
      ->type_name("HEX");
}

void AddKey(CLI::App& command, std::string& key) {
  const auto escaped = AddEscaped(command, "The key");
  AddText(command, "key", "The entry's key", kEscapedForm,
          [&key, escaped](const std::string& text) { return Unescape(text, *escaped, key); })
      ->required()
      ->type_name("");
}

void AddJson(CLI::App& command, bool& in_json, const std::string& help) {
  command.add_flag("--json", in_json, help);
}

void AddList(CLI::App& command, const std::string& name, const std::string& help,
             AssignList assign) {
  const auto escaped = AddEscaped(command, "Keys and values");
  const auto take = [name, escaped,
                     assign = std::move(assign)](std::vector<std::string> arguments) {
    for (std::string& argument : arguments) {
      if (Unescape(std::string(argument), *escaped, argument)) continue;
      throw CLI::ValidationError(name,
                                 absl::StrCat("got \"", argument, "\"; takes ", kEscapedForm));
    }
    assign(arguments, *escaped);
    return true;
  };
  // An option that allows extra arguments takes [a,b] apart, which may be a value. So this one
  // expects more than there can be, and does not mind that they do not come.
  constexpr int kMost = CLI::detail::expected_max_vector_size;
  command.add_option(name, take, help)
      ->required()
      ->expected(kMost, kMost)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("");
}

}  // namespace cachestore
