// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/top.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/command_line/console.h"
#include "client/command_line/files.h"
#include "client/command_line/stats_client.h"
#include "client/command_line/terminal.h"
#include "client/command_line/top_sample.h"

namespace cachestore {
namespace {

// Whether the service may answer later.
bool MayPass(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

// Shows samples where stdout leads to.
class Display {
 public:
  Display(const Target& target, bool in_json) : server_(target.address.name), in_json_(in_json) {
    if (!in_json && StdoutIsScreen()) terminal_.emplace();
  }

  absl::Status Show(const TopSample& sample) {
    if (terminal_.has_value()) {
      return terminal_->Draw(TopScreen(server_, sample, terminal_->size()));
    }
    return WriteStdout(
        absl::Cord(absl::StrCat(in_json_ ? TopJson(sample) : TopLine(sample), "\n")));
  }

  // Where a screen would be empty until the first sample, shows what is known.
  absl::Status ShowFirst(const TopSample& sample) {
    return terminal_.has_value() ? Show(sample) : absl::OkStatus();
  }

 private:
  const std::string server_;
  const bool in_json_;
  std::optional<Terminal> terminal_;
};

// Ends with the error that ended it. Leaves the terminal before anybody prints that.
absl::Status Watch(const Target& target, const TopArguments& arguments) {
  StatsClient client(target);
  absl::StatusOr<v1::StatsResponse> answer = client.Read();
  if (!answer.ok()) return answer.status();
  TopSample sample = {.time = absl::Now(), .stats = *std::move(answer)};
  sample.interval = Between(sample.stats, sample.stats);
  Display display(target, arguments.in_json);
  absl::Status shown = display.ShowFirst(sample);
  for (size_t i = 0; shown.ok() && (!arguments.count.has_value() || i < *arguments.count); ++i) {
    absl::SleepFor(arguments.interval);
    answer = client.Read();
    if (!answer.ok() && !MayPass(answer.status())) return answer.status();
    sample.time = absl::Now();
    sample.status = answer.status();
    if (answer.ok()) {
      sample.interval = Between(sample.stats, *answer);
      sample.stats = *std::move(answer);
    }
    shown = display.Show(sample);
  }
  return shown.ok() ? shown : absl::Status(shown.code(), absl::StrCat("stdout: ", shown.message()));
}

}  // namespace

ExitCode Top(const Target& target, const TopArguments& arguments) {
  const absl::Status status = Watch(target, arguments);
  return status.ok() ? ExitCode::kOk : Fail("top", status);
}

}  // namespace cachestore
