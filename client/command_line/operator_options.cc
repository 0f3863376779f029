// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/operator_options.h"

#include <memory>

#include "absl/strings/numbers.h"
#include "client/command_line/doctor.h"
#include "client/command_line/stats_commands.h"
#include "client/command_line/top.h"

namespace cachestore {
namespace {

void AddStats(CLI::App& app, Command& chosen) {
  const auto in_json = std::make_shared<bool>(false);
  CLI::App& command = AddCommand(
      app, "stats", "What a service counts: calls, hits, memory, evictions, latency",
      "  cachectl stats\n"
      "  cachectl stats --json | jq .process.resident_bytes\n"
      "\n"
      "Answered on the service's own machine and, with access control, to the role admin.\n");
  AddJson(command, *in_json);
  command.callback([&chosen, in_json] {
    chosen = [in_json](CacheStore&, const Target& target) { return Stats(target, *in_json); };
  });
}

void AddLatency(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<LatencyArguments>();
  CLI::App& command =
      AddCommand(app, "latency", "How long calls took, by method, and round trips to Redis",
                 "  cachectl latency\n"
                 "  cachectl latency --interval 5s   # and those of the next five seconds\n"
                 "\n"
                 "Percentiles are interpolated within classes of latency. What took more than\n"
                 "2.5 s is shown as 2.5 s. In JSON, durations are in seconds.\n");
  AddDuration(command, "--interval", "Wait so long, and show what went on meanwhile as well",
              [arguments](absl::Duration interval) { arguments->interval = interval; });
  AddJson(command, arguments->in_json);
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore&, const Target& target) { return Latency(target, *arguments); };
  });
}

void AddTop(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<TopArguments>();
  CLI::App& command =
      AddCommand(app, "top", "What goes on now: rates, hit ratio, latency, memory, methods",
                 "  cachectl top\n"
                 "  cachectl top --interval 5s --count 12 >> log   # a line a sample\n"
                 "  cachectl top --json | jq --unbuffered .calls\n"
                 "\n"
                 "On a terminal, the screen is drawn anew for each sample until Ctrl-C, in colour\n"
                 "unless NO_COLOR is set. In JSON, an object a line: rates are those of a second,\n"
                 "durations in seconds.\n");
  AddDuration(command, "--interval", "How long a sample takes [1s]",
              [arguments](absl::Duration interval) { arguments->interval = interval; });
  AddText(command, "--count", "How many samples; without end if not given",
          "a whole number above 0",
          [arguments](const std::string& text) {
            size_t count = 0;
            if (!absl::SimpleAtoi(text, &count) || count == 0) return false;
            arguments->count = count;
            return true;
          })
      ->type_name("NUMBER");
  AddJson(command, arguments->in_json);
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore&, const Target& target) { return Top(target, *arguments); };
  });
}

void AddDoctor(CLI::App& app, Command& chosen, Refusal& refusal) {
  const auto in_json = std::make_shared<bool>(false);
  CLI::App& command = AddCommand(
      app, "doctor", "What is wrong, step by step, and what to do; exit 1 if a step fails",
      "  cachectl doctor\n"
      "  cachectl doctor --server grpcs://cache.example:50051 --tls_ca_file ca.pem\n"
      "\n"
      "A line a step: PASS, WARN or FAIL, what was found, and the fix. An entry of its\n"
      "own is stored and removed where the role allows it.\n");
  AddJson(command, *in_json);
  command.callback([&chosen, &refusal, in_json] {
    chosen = [in_json](CacheStore& store, const Target& target) {
      return Examine(store, target, *in_json);
    };
    refusal = [in_json](const absl::Status& problem) { return ExamineNothing(problem, *in_json); };
  });
}

}  // namespace

void AddOperatorCommands(CLI::App& app, Command& chosen, Refusal& refusal) {
  AddStats(app, chosen);
  AddTop(app, chosen);
  AddLatency(app, chosen);
  AddDoctor(app, chosen, refusal);
}

}  // namespace cachestore
