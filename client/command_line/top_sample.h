// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TOP_SAMPLE_H_
#define CLIENT_COMMAND_LINE_TOP_SAMPLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/command_line/stats_figures.h"
#include "protos/admin.pb.h"

namespace cachestore {

// What `cachectl top` has seen at a moment, in the forms in which it says so.
struct TopSample {
  absl::Time time;
  absl::Status status = absl::OkStatus();  // Why there was no answer; else what follows is old.
  v1::StatsResponse stats = {};            // The last answer,
  Interval interval = {};                  // and what went on since the one before.
};

// One line without its end, for people and grep.
std::string TopLine(const TopSample& sample);

// The same for programs: rates are a second's, durations in seconds.
std::string TopJson(const TopSample& sample);

enum class Tone { kPlain, kGood, kBad, kHeading };
struct ScreenLine {
  std::string text;
  Tone tone = Tone::kPlain;
};

struct ScreenSize {
  int rows = 24;
  int columns = 80;
};

// A screenful for `server`, no larger than `size`. Methods are ordered by their rate; if there is
// no room for all, the last line says how many are left out.
std::vector<ScreenLine> TopScreen(const std::string& server, const TopSample& sample,
                                  const ScreenSize& size);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TOP_SAMPLE_H_
