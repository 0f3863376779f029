// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/token_options.h"

#include <memory>
#include <optional>
#include <string>

#include "client/command_line/token_commands.h"
#include "credentials/name.h"
#include "credentials/role.h"

namespace cachestore {
namespace {

void AddNewToken(CLI::App& app, LocalCommand& chosen) {
  const auto arguments = std::make_shared<NewTokenArguments>();
  CLI::App& command = AddCommand(
      app, "new", "Print a new token, and the line that an auth file needs of it",
      "  cachectl token new billing --role write\n"
      "  cachectl token new reports --namespace billing   # reads what billing writes\n"
      "  cachectl token new billing --role write |\n"
      "    { IFS= read -r token; cat >> auth_file; printf %s \"$token\" > billing.token; }\n"
      "\n"
      "The first line is the token, which is kept nowhere else. The second has no more\n"
      "than a hash of it. A name may have several tokens in one auth file, all with the\n"
      "same role and namespace: to replace one, add the new and then remove the old.\n");
  AddText(command, "name", "Who calls with it", kNameForm,
          [arguments](const std::string& text) {
            arguments->name = text;
            return IsName(text);
          })
      ->required()
      ->type_name("");
  AddText(command, "--role", "What it allows: read, write or admin [read]", kRoleForm,
          [arguments](const std::string& text) {
            const std::optional<Role> role = ParseRole(text);
            if (role.has_value()) arguments->role = *role;
            return role.has_value();
          })
      ->type_name("ROLE");
  AddText(command, "--namespace", "Where its keys are; the name without", kNameForm,
          [arguments](const std::string& text) {
            arguments->namespace_name = text;
            return IsName(text);
          })
      ->type_name("NAME");
  AddJson(command, arguments->in_json);
  command.callback([&chosen, arguments] { chosen = [arguments] { return NewToken(*arguments); }; });
}

}  // namespace

void AddTokenCommands(CLI::App& app, LocalCommand& chosen) {
  CLI::App& token = AddCommand(app, "token", "Make a token for a server with access control",
                               "  cachectl token new billing --role write\n"
                               "  cachectl token new --help\n");
  AddNewToken(token, chosen);
  token.callback([&token] {
    if (!token.get_subcommands().empty()) return;
    throw CLI::ValidationError("token", "its command is missing; takes new");
  });
}

}  // namespace cachestore
