// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/finding.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/command_line/console.h"

namespace cachestore {
namespace {

const char* NameOf(Grade grade) {
  switch (grade) {
    case Grade::kPass:
      return "PASS";
    case Grade::kWarn:
      return "WARN";
    case Grade::kFail:
      break;
  }
  return "FAIL";
}

}  // namespace

std::string FindingLine(const Finding& finding) {
  std::string line =
      absl::StrFormat("%s  %-12s  %s", NameOf(finding.grade), finding.check, OneLine(finding.text));
  if (!finding.fix.empty()) absl::StrAppend(&line, "; ", OneLine(finding.fix));
  return line;
}

bool AllWell(const std::vector<Finding>& findings) {
  return std::ranges::none_of(findings,
                              [](const Finding& finding) { return finding.grade == Grade::kFail; });
}

JsonObject FindingsJson(const std::vector<Finding>& findings) {
  std::vector<JsonObject> checks;
  checks.reserve(findings.size());
  for (const Finding& finding : findings) {
    checks.push_back(JsonObject()
                         .Text("grade", NameOf(finding.grade))
                         .Text("check", finding.check)
                         .Text("text", finding.text)
                         .Text("fix", finding.fix));
  }
  return JsonObject().Flag("ok", AllWell(findings)).List("checks", checks);
}

}  // namespace cachestore
