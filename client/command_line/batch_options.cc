// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/batch_options.h"

#include <memory>

#include "client/command_line/import.h"

namespace cachestore {
namespace {

void AddImport(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App& command =
      AddCommand(app, "import", "Store every file under a folder by its relative path",
                 "  cachectl import public --prefix static/ --ttl 24h\n"
                 "  cachectl import /usr/include --in_flight 256\n");
  command.add_option("folder", arguments->folder, "The folder; symbolic links are left out")
      ->required()
      ->check(CLI::ExistingDirectory)
      ->type_name("");
  command.add_option("--prefix", arguments->prefix, "Put before each key")->type_name("TEXT");
  AddTtl(command, "How long they live; the server's default without", arguments->ttl);
  command.add_option("--in_flight", arguments->in_flight, "How many at a time")
      ->check(CLI::Range(1, 65536))
      ->type_name("NUMBER")
      ->capture_default_str();
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore& store, const Target&) { return Import(store, *arguments); };
  });
}

}  // namespace

void AddBatchCommands(CLI::App& app, Command& chosen) { AddImport(app, chosen); }

}  // namespace cachestore
