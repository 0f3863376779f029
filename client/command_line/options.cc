// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/options.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "stores/settings.h"

namespace cachestore {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 100);

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
                         std::function<void(absl::Duration)> assign) {
  return AddText(command, name, help, "seconds, or a duration such as 500ms, 90s or 5m",
                 [assign = std::move(assign)](const std::string& text) {
                   absl::Duration value;
                   if (!ParseSeconds(text, absl::Nanoseconds(1), kLongest, value)) return false;
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
                   const bool is_etag = text.size() == 2 * kEtagBytes &&
                                        std::ranges::all_of(text, [](unsigned char digit) {
                                          return absl::ascii_isxdigit(digit);
                                        });
                   if (is_etag) assign(absl::HexStringToBytes(text));
                   return is_etag;
                 })
      ->type_name("HEX");
}

void AddKey(CLI::App& command, std::string& key) {
  command.add_option("key", key, "The entry's key")->required()->type_name("");
}

void AddList(CLI::App& command, const std::string& name, const std::string& help,
             std::function<void(const std::vector<std::string>&)> assign) {
  const auto take = [assign = std::move(assign)](const std::vector<std::string>& arguments) {
    assign(arguments);
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
