// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/number_text.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cachestore {
namespace {

// Three digits, without zeros behind the point that say nothing.
std::string ThreeDigits(double number) {
  const double size = std::fabs(number);
  if (size >= 99.95) return absl::StrFormat("%.0f", number);
  std::string text = absl::StrFormat("%.*f", size >= 9.995 ? 1 : 2, number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// In the greatest of the units, each `factor` times the one before, that `number` fills.
std::string WithUnit(double number, double factor, absl::Span<const absl::string_view> units) {
  size_t unit = 0;
  while (unit + 1 < units.size() && std::fabs(number) >= factor * 0.9995) {
    number /= factor;
    ++unit;
  }
  return absl::StrCat(ThreeDigits(number), units[unit].empty() ? "" : " ", units[unit]);
}

}  // namespace

std::string CountText(double count) {
  constexpr std::array<absl::string_view, 5> kUnits = {"", "k", "M", "G", "T"};
  return WithUnit(count, 1000, kUnits);
}

std::string BytesText(double bytes) {
  constexpr std::array<absl::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  return WithUnit(bytes, 1024, kUnits);
}

std::string LatencyText(double seconds) {
  if (seconds <= 0) return "–";
  constexpr std::array<absl::string_view, 3> kUnits = {"µs", "ms", "s"};
  return WithUnit(seconds * 1e6, 1000, kUnits);
}

std::string ShareText(double part, double whole) {
  if (whole <= 0) return "–";
  return absl::StrFormat("%.1f %%", 100 * part / whole);
}

std::string AgeText(absl::Duration age) {
  constexpr std::array<std::pair<int64_t, absl::string_view>, 4> kUnits = {
      {{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}}};
  int64_t left = absl::ToInt64Seconds(age);
  for (size_t i = 0; i + 1 < kUnits.size(); ++i) {
    if (left < kUnits[i].first) continue;
    const int64_t greatest = left / kUnits[i].first;
    left %= kUnits[i].first;
    return absl::StrCat(greatest, " ", kUnits[i].second, " ", left / kUnits[i + 1].first, " ",
                        kUnits[i + 1].second);
  }
  return absl::StrCat(left, " s");
}

}  // namespace cachestore
