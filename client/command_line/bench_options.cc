// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/bench_options.h"

#include <cstddef>
#include <memory>
#include <string>

#include "client/command_line/bench.h"

namespace cachestore {
namespace {

// A whole number within bounds.
void AddNumber(CLI::App& command, const std::string& name, const std::string& help, size_t least,
               size_t most, size_t& number) {
  command.add_option(name, number, help)
      ->check(CLI::Range(least, most))
      ->type_name("NUMBER")
      ->capture_default_str();
}

}  // namespace

void AddBench(CLI::App& app, Command& chosen) {
  const auto arguments = std::make_shared<BenchArguments>();
  LoadPlan& plan = arguments->plan;
  CLI::App& command = AddCommand(
      app, "bench", "Put a load on a service at a steady rate, and print how it fared",
      "  cachectl bench --rate 5000 --duration 30s\n"
      "  cachectl bench --rate 100 --sets 50 --value_bytes 10000 --json\n"
      "\n"
      "Calls begin when they are due, whatever came of those before: latency is from then, so\n"
      "that a service that stands still counts against all the calls that it kept waiting.\n"
      "At most 10000 are in flight; those beyond begin late. None begins after the duration:\n"
      "those that were due by then, and had no turn, are counted as not begun, and the rate was\n"
      "not reached. Those in flight at the end have --timeout to be answered.\n"
      "\n"
      "In JSON and CSV, durations are in seconds. The entries, cachectl-bench-0 and so on, are\n"
      "left to expire a minute later.\n");
  AddNumber(command, "--rate", "Calls a second", 1, 1'000'000, plan.rate);
  AddDuration(command, "--duration", "How long calls are counted [10s]",
              [arguments](absl::Duration value) { arguments->plan.duration = value; });
  AddDuration(
      command, "--warm_up", "How long they are made before that; 0: not at all [1s]",
      [arguments](absl::Duration value) { arguments->plan.warm_up = value; }, absl::ZeroDuration());
  AddNumber(command, "--keys", "How many entries there are", 1, 10'000'000, plan.keys);
  AddNumber(command, "--value_bytes", "How large a value is", 0, 1 << 20, plan.value_bytes);
  AddNumber(command, "--sets", "How many of a hundred calls are Sets; the others are Gets", 0, 100,
            plan.sets);
  const auto in_form = [&command, arguments](const char* name, const char* help, BenchForm form) {
    return command.add_flag_callback(
        name, [arguments, form] { arguments->form = form; }, help);
  };
  CLI::Option* const csv = in_form("--csv", "Answer in CSV", BenchForm::kCsv);
  in_form("--json", "Answer in JSON", BenchForm::kJson)->excludes(csv);
  command.callback([&chosen, arguments] {
    chosen = [arguments](CacheStore& store, const Target& target) {
      return Bench(store, target, *arguments);
    };
  });
}

}  // namespace cachestore
