// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_FIGURES_H_
#define CLIENT_COMMAND_LINE_FIGURES_H_

#include <string>

#include "absl/time/time.h"

namespace cachestore {

// Figures as people read them, in ASCII, so that columns of them can be aligned.

// 0.25, 1.25, 12.5, 125, 12500: three digits that count, or all before the point.
std::string FormatNumber(double number);

// 85.0 us, 1.25 ms, 2.50 s.
std::string FormatSeconds(double seconds);

// How long something has lasted, by its two largest units: 3 d 4 h, 5 min 12 s, 12 s.
std::string FormatSpan(absl::Duration span);

// 93.1 %; a dash where the whole is nothing.
std::string FormatShare(double part, double whole);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_FIGURES_H_
