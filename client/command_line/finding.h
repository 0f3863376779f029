// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_FINDING_H_
#define CLIENT_COMMAND_LINE_FINDING_H_

#include <string>
#include <vector>

#include "client/command_line/json.h"

namespace cachestore {

enum class Grade { kPass, kWarn, kFail };

// What one check of `cachectl doctor` found.
struct Finding {
  Grade grade;
  std::string check;     // What was looked at, in a word or two.
  std::string text;      // What was found.
  std::string fix = {};  // What to do about it, in a few words; a fail always has it.
};

// PASS, the check, what was found and, if there is one, the fix: a line without its end.
std::string FindingLine(const Finding& finding);

// All of them, and whether none is a fail.
JsonObject FindingsJson(const std::vector<Finding>& findings);

// Whether none is a fail.
bool AllWell(const std::vector<Finding>& findings);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_FINDING_H_
