// SPDX-License-Identifier: Apache-2.0
#include "service/metrics/chart.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace cachestore {
namespace {

// What the drawing measures, before it is scaled to its place.
constexpr double kWidth = 1000;
constexpr double kHeight = 100;

double TopOf(const Chart& chart) {
  double top = chart.top;
  if (top > 0) return top;
  for (const ChartLine& line : chart.lines) {
    for (const double value : line.values) {
      if (!std::isnan(value)) top = std::max(top, value);
    }
  }
  return top;
}

// "x,y": the points of a line, the last at the right edge. A value alone is as wide as it lasted.
std::vector<std::string> PointsOf(const ChartLine& line, size_t steps, double top) {
  const double step = kWidth / static_cast<double>(std::max<size_t>(steps - 1, 1));
  const size_t count = std::min(line.values.size(), steps);
  std::vector<std::string> points;
  std::string left_end;
  for (size_t i = 0; i < count; ++i) {
    const double value = line.values[line.values.size() - count + i];
    if (std::isnan(value)) continue;
    const double x = kWidth - step * static_cast<double>(count - 1 - i);
    const double y = top > 0 ? kHeight * (1 - std::min(value / top, 1.0)) : kHeight;
    points.push_back(absl::StrFormat("%.1f,%.1f", x, y));
    left_end = absl::StrFormat("%.1f,%.1f", std::max(x - step, 0.0), y);
  }
  if (points.size() == 1) points.insert(points.begin(), left_end);
  return points;
}

// The same down to the ground, where a line begins and ends.
std::string AreaOf(const std::vector<std::string>& points) {
  const auto ground_at = [](absl::string_view point) {
    return absl::StrCat(point.substr(0, point.find(',')), ",", kHeight);
  };
  return absl::StrCat(ground_at(points.front()), " ", absl::StrJoin(points, " "), " ",
                      ground_at(points.back()));
}

}  // namespace

std::string ChartHtml(const Chart& chart, size_t steps, const std::string& span) {
  const double top = TopOf(chart);
  std::string svg = absl::StrCat("<svg viewBox=\"0 0 ", kWidth, " ", kHeight,
                                 R"(" preserveAspectRatio="none" role="img" aria-label=")",
                                 chart.title, ": ", chart.now, "\">");
  for (const double y : {0.0, kHeight / 2, kHeight}) {
    absl::StrAppend(&svg, R"(<line class="rule" x1="0" x2=")", kWidth, "\" y1=\"", y, "\" y2=\"", y,
                    "\"/>");
  }
  std::string keys;
  for (size_t i = 0; i < chart.lines.size(); ++i) {
    const std::vector<std::string> points = PointsOf(chart.lines[i], steps, top);
    const bool is_first = i == 0;
    if (is_first && !points.empty()) {
      absl::StrAppend(&svg, R"(<polygon class="area" points=")", AreaOf(points), "\"/>");
    }
    absl::StrAppend(&svg, "<polyline class=\"", is_first ? "line" : "second", "\" points=\"",
                    absl::StrJoin(points, " "), "\"/>");
    if (chart.lines.size() > 1) {
      absl::StrAppend(&keys, " <span class=\"key", is_first ? "" : " two", "\">",
                      chart.lines[i].name, "</span>");
    }
  }
  return absl::StrCat(R"(<div class="card chart"><div class="head"><h2>)", chart.title, keys,
                      "</h2><span>", chart.now, "</span></div><div class=\"plot\">", svg,
                      "</svg><span class=\"top\">", chart.text(top),
                      "</span></div><div class=\"axis\"><span>", span,
                      " ago</span><span>now</span></div></div>\n");
}

}  // namespace cachestore
