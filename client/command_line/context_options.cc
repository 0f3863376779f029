// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/context_options.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/command_line/console.h"
#include "client/command_line/contexts.h"
#include "client/command_line/json.h"
#include "client/command_line/output.h"
#include "stores/settings.h"

namespace cachestore {
namespace {

// Prints each context with its server.
ExitCode ListContexts(bool in_json) {
  const absl::StatusOr<std::string> path = ContextsPath(ProcessEnvironment());
  if (!path.ok()) return Fail("context", path.status());
  absl::StatusOr<std::vector<Context>> contexts = ReadContexts(*path);
  if (absl::IsNotFound(contexts.status())) contexts = std::vector<Context>();
  if (!contexts.ok()) return Fail("context", contexts.status());
  std::string text;
  for (const Context& context : *contexts) {
    if (!in_json) {
      absl::StrAppend(&text, context.name, "\t", OneLine(context.server), "\n");
      continue;
    }
    JsonObject object;
    object.Text("name", context.name).Text("server", context.server);
    for (const auto& [setting, value] : context.settings) object.Text(setting, value);
    absl::StrAppend(&text, object.ToString(), "\n");
  }
  return Print("context", text);
}

}  // namespace

void AddContextCommands(CLI::App& app, LocalCommand& chosen) {
  CLI::App& context =
      AddCommand(app, "context", "Services by names of their own",
                 absl::StrCat("  cachectl context list\n"
                              "  cachectl --context production stats\n"
                              "\n"
                              "Contexts stand in $XDG_CONFIG_HOME/cachestore/contexts, or without\n"
                              "that in ~/.config/cachestore/contexts:\n"
                              "\n",
                              kContextsForm));
  const auto in_json = std::make_shared<bool>(false);
  CLI::App& list = AddCommand(context, "list", "Print each context and its server",
                              "  cachectl context list\n"
                              "  cachectl context list --json   # an object a line\n");
  AddJson(list, *in_json);
  list.callback([&chosen, in_json] { chosen = [in_json] { return ListContexts(*in_json); }; });
  context.callback([&context] {
    if (!context.get_subcommands().empty()) return;
    throw CLI::ValidationError("context", "its command is missing; takes list");
  });
}

}  // namespace cachestore
