// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/figures.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cachestore {

std::string FormatNumber(double number) {
  if (number == 0) return "0";
  int decimals = 0;
  if (number < 9.995) {
    decimals = 2;
  } else if (number < 99.95) {
    decimals = 1;
  }
  return absl::StrFormat("%.*f", decimals, number);
}

std::string FormatSeconds(double seconds) {
  if (seconds == 0) return "0 s";
  if (seconds < 0.9995e-3) return absl::StrCat(FormatNumber(seconds * 1e6), " us");
  if (seconds < 0.9995) return absl::StrCat(FormatNumber(seconds * 1e3), " ms");
  return absl::StrCat(FormatNumber(seconds), " s");
}

std::string FormatSpan(absl::Duration span) {
  struct Unit {
    int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"},
                                          Unit{1, "s"}};
  const int64_t seconds = absl::ToInt64Seconds(span);
  size_t largest = 0;
  while (largest + 1 < kUnits.size() && seconds < kUnits[largest].seconds) ++largest;
  const Unit& unit = kUnits[largest];
  std::string text = absl::StrCat(seconds / unit.seconds, " ", unit.name);
  if (largest + 1 == kUnits.size()) return text;
  const Unit& next = kUnits[largest + 1];
  absl::StrAppend(&text, " ", seconds % unit.seconds / next.seconds, " ", next.name);
  return text;
}

std::string FormatShare(double part, double whole) {
  return whole > 0 ? absl::StrFormat("%.1f %%", 100 * part / whole) : "-";
}

}  // namespace cachestore
