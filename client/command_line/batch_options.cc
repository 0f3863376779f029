// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/batch_options.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/command_line/batch_commands.h"
#include "client/command_line/import.h"

namespace cachestore {
namespace {

void AddGetMany(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<GetManyArguments>();
  CLI::App& command = AddCommand(
      app, "mget", "Print many entries, a line each; exit 1 if one is absent",
      "  cachectl mget greeting visits\n"
      "  cachectl mget user:{1..100} | cut -f 2\n"
      "\n"
      "A line is the key, a tab and the value. In both, a backslash is \\\\, a tab \\t, a\n"
      "newline \\n, a carriage return \\r, and any other byte that is not printable ASCII\n"
      "\\x and two hex digits: printf %b of bash makes bytes of them again.\n"
      "\n"
      "Keys are what the arguments are: - is a key like any other, and not stdin.\n");
  AddList(command, "keys", "The entries' keys",
          [arguments](const auto& given, bool /*escaped*/) { arguments->keys = given; });
  AddJson(command, arguments->in_json, kBytesInJson);
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore& store, const Target&) { return GetMany(store, *arguments); };
  });
}

// Gives stdin to the value that is -, which one of them may be.
void TakeStdin(SetManyArguments& arguments, StdinClaim& claim) {
  const std::vector<std::string>& words = arguments.keys_and_values;
  for (size_t i = 1; i < words.size(); i += 2) {
    if (words[i] != kStdin) continue;
    const std::string which = absl::StrCat("the value of \"", words[i - 1], "\"");
    if (const absl::Status taken = claim.Take(which); !taken.ok()) {
      throw CLI::ValidationError(
          "pairs", absl::StrCat(which, ": ", taken.message(), "; with --escaped, - is a dash"));
    }
    arguments.from_stdin = i;
  }
}

void AddSetMany(CLI::App& app, Command& chosen, StdinClaim& claim) {
  const auto arguments = std::make_shared<SetManyArguments>();
  CLI::App& command =
      AddCommand(app, "mset", "Store many values: keys and values in turn",
                 "  cachectl mset greeting hello farewell bye --ttl 5m\n"
                 "  cachectl mset low -3 high 5\n"
                 "  date | cachectl mset state up since -\n"
                 "\n"
                 "One value may be -, which is stdin; a key that is - is a key.\n"
                 "With --escaped, - is a dash in either place, as mget prints it.\n");
  const auto assign = [arguments, &claim](const std::vector<std::string>& given, bool escaped) {
    if (given.size() % 2 != 0) {
      throw CLI::ValidationError("pairs", absl::StrCat("the last key, \"", given.back(),
                                                       "\", has no value; takes KEY VALUE pairs"));
    }
    arguments->keys_and_values = given;
    if (!escaped) TakeStdin(*arguments, claim);
  };
  AddList(command, "pairs", "KEY VALUE, and again; a value of -: stdin", assign);
  AddTtl(command, "How long they live; the server's default without", arguments->ttl);
  AddJson(command, arguments->in_json, kBytesInJson);
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore& store, const Target&) { return SetMany(store, *arguments); };
  });
}

void AddImport(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App& command = AddCommand(
      app, "import", "Store every file under a folder by its relative path",
      "  cachectl import public --prefix static/ --ttl 24h\n"
      "  cachectl import /usr/include --in_flight 256\n"
      "\n"
      "Files of up to 64 KiB go in batches: of a quarter of --in_flight, of 256 and of 1 MiB\n"
      "at most. At most --in_flight files are on their way at a time, and 64 MiB of them\n"
      "(or one file that is larger). A file that fails is named; the others go on, unless\n"
      "the service is unavailable, slow, or denies it.\n");
  command.add_option("folder", arguments->folder, "The folder; symbolic links are left out")
      ->required()
      ->check(CLI::ExistingDirectory)
      ->type_name("");
  command.add_option("--prefix", arguments->prefix, "Put before each key")->type_name("TEXT");
  AddTtl(command, "How long they live; the server's default without", arguments->ttl);
  command.add_option("--in_flight", arguments->in_flight, "How many files at a time")
      ->check(CLI::Range(1, 65536))
      ->type_name("NUMBER")
      ->capture_default_str();
  AddJson(command, arguments->in_json, "Sum up in JSON");
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore& store, const Target&) { return Import(store, *arguments); };
  });
}

}  // namespace

void AddBatchCommands(CLI::App& app, Command& chosen, StdinClaim& claim) {
  AddGetMany(app, chosen);
  AddSetMany(app, chosen, claim);
  AddImport(app, chosen);
}

}  // namespace cachestore
