// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/entry_options.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "client/command_line/entry_commands.h"

namespace cachestore {
namespace {

// Has `command` choose `run` on the arguments, which it keeps.
template <typename Arguments>
void Choose(CLI::App& command, Command& chosen, std::shared_ptr<Arguments> arguments,
            ExitCode (*run)(CacheStore&, const Arguments&)) {
  command.callback([&chosen, arguments = std::move(arguments), run] {
    chosen = [arguments, run](CacheStore& store, const Target&) { return run(store, *arguments); };
  });
}

void AddGet(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<GetArguments>();
  CLI::App& command =
      AddCommand(app, "get", "Write a value to stdout, byte for byte; exit 1 if there is none",
                 "  cachectl get greeting\n"
                 "  cachectl get logo.png > logo.png\n"
                 "  cachectl get --escaped 'two\\nlines\\x00'\n"
                 "  cachectl get greeting --etag   # what sha1sum prints of the value\n");
  AddKey(command, arguments->key);
  command.add_flag("--etag", arguments->etag, "Write the value's etag instead, in hex digits");
  AddJson(command, arguments->in_json, kBytesInJson);
  Choose(command, chosen, arguments, Get);
}

void AddConditions(CLI::App& command, SetCondition& condition) {
  CLI::Option* const if_absent = command.add_flag_callback(
      "--if_absent", [&condition] { condition = SetCondition::IfAbsent(); },
      "Only where nothing is stored; else exit 1");
  CLI::Option* const if_present = command.add_flag_callback(
      "--if_present", [&condition] { condition = SetCondition::IfPresent(); },
      "Only where something is stored; else exit 1");
  CLI::Option* const if_etag = AddEtag(
      command, "--if_etag", "Only where a value with this etag is stored; else exit 1",
      [&condition](std::string etag) { condition = SetCondition::IfEtag(std::move(etag)); });
  if_absent->excludes(if_present)->excludes(if_etag);
  if_present->excludes(if_etag);
}

void AddSet(CLI::App& app, Command& chosen, StdinClaim& claim) {
  const auto arguments = std::make_shared<SetArguments>();
  CLI::App& command = AddCommand(app, "set", "Store a value: an argument, a file, or stdin",
                                 "  cachectl set greeting hello --ttl 5m\n"
                                 "  cachectl set logo.png --file logo.png\n"
                                 "  date | cachectl set now\n"
                                 "  printf - | cachectl set dash\n"
                                 "  cachectl set temperature -- -3\n"
                                 "  cachectl set lock \"$HOSTNAME\" --if_absent --ttl 30s\n"
                                 "  cachectl set page --file page.html --if_etag \"$etag\"\n");
  AddKey(command, arguments->key);
  CLI::Option* const value =
      command.add_option("value", arguments->value, "The value; - or none: stdin")->type_name("");
  command.add_option("--file", arguments->file, "Store this file's bytes; -: those of stdin")
      ->type_name("PATH")
      ->excludes(value);
  CLI::Option* const ttl =
      AddTtl(command, "How long it lives; the server's default without", arguments->options.ttl);
  command
      .add_flag("--keep_ttl", arguments->options.keep_ttl,
                "Leave the TTL of the entry that is replaced as it is")
      ->excludes(ttl);
  AddConditions(command, arguments->options.condition);
  AddJson(command, arguments->in_json);
  command.callback([&chosen, &claim, arguments] {
    if (arguments->IsFromStdin()) claim.Take("the value").IgnoreError();  // It is the first.
    chosen = [arguments](CacheStore& store, const Target&) { return Set(store, *arguments); };
  });
}

void AddDelete(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<DeleteArguments>();
  CLI::App& command = AddCommand(app, "delete", "Remove an entry; exit 1 if there was none",
                                 "  cachectl delete greeting\n"
                                 "  cachectl delete greeting --if_etag \"$etag\"\n");
  AddKey(command, arguments->key);
  AddEtag(command, "--if_etag", "Only if the value has this etag; else exit 1",
          [arguments](std::string etag) { arguments->etag = std::move(etag); });
  AddJson(command, arguments->in_json);
  Choose(command, chosen, arguments, Delete);
}

void AddExists(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<ExistsArguments>();
  CLI::App& command = AddCommand(app, "exists", "Whether an entry is there; exit 1 if not",
                                 "  cachectl exists greeting && echo cached\n");
  AddKey(command, arguments->key);
  AddJson(command, arguments->in_json);
  Choose(command, chosen, arguments, Exists);
}

void AddTtlCommand(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<ExistsArguments>();
  CLI::App& command = AddCommand(
      app, "ttl", "Print how long an entry still lives, or none: without end; exit 1 if absent",
      "  cachectl ttl greeting\n"
      "  cachectl set copy hello --ttl \"$(cachectl ttl greeting)\"\n");
  AddKey(command, arguments->key);
  AddJson(command, arguments->in_json, "Answer in JSON, in seconds; null: without end");
  Choose(command, chosen, arguments, PrintTtl);
}

void AddTouch(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<TouchArguments>();
  CLI::App& command = AddCommand(app, "touch", "Give an entry a new TTL; exit 1 if absent",
                                 "  cachectl touch session:42 30m\n");
  AddKey(command, arguments->key);
  AddDuration(command, "duration", "How long it lives from now",
              [arguments](absl::Duration ttl) { arguments->ttl = ttl; })
      ->required()
      ->type_name("");
  AddJson(command, arguments->in_json);
  Choose(command, chosen, arguments, Touch);
}

void AddIncrement(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<IncrementArguments>();
  CLI::App& command = AddCommand(app, "incr", "Add to a counter and print the sum",
                                 "  cachectl incr visits\n"
                                 "  cachectl incr visits 10 --ttl 24h\n"
                                 "  cachectl incr stock -3\n");
  AddKey(command, arguments->key);
  AddText(
      command, "delta", "What to add: a whole number; 1 without, and 0 shows the counter",
      "a whole number of 64 bits, such as 5 or -3",
      [arguments](const std::string& text) { return absl::SimpleAtoi(text, &arguments->delta); })
      ->type_name("");
  AddTtl(command, "How long it lives if this creates it; the server's default without",
         arguments->ttl);
  AddJson(command, arguments->in_json);
  Choose(command, chosen, arguments, Increment);
}

}  // namespace

void AddEntryCommands(CLI::App& app, Command& chosen, StdinClaim& claim) {
  AddGet(app, chosen);
  AddSet(app, chosen, claim);
  AddDelete(app, chosen);
  AddExists(app, chosen);
  AddTtlCommand(app, chosen);
  AddTouch(app, chosen);
  AddIncrement(app, chosen);
}

}  // namespace cachestore
