// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_CHART_H_
#define SERVICE_METRICS_CHART_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace cachestore {

// One line of a chart: a value for each step of time, the last of which is now. What is not a
// number (NaN) is left out.
struct ChartLine {
  std::string name;
  std::vector<double> values;
};

struct Chart {
  std::string title;
  std::string now;               // The value of now, as text.
  std::vector<ChartLine> lines;  // One or two; the first is filled.

  // The top of the scale; 0: the greatest value.
  double top = 0;

  // What a value of the scale is called.
  std::function<std::string(double)> text;
};

// A chart in HTML and SVG, over `steps` steps of time that take `span` together ("1 h"). Lines that
// have fewer values begin later.
std::string ChartHtml(const Chart& chart, size_t steps, const std::string& span);

}  // namespace cachestore

#endif  // SERVICE_METRICS_CHART_H_
