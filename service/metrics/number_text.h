// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_METRICS_NUMBER_TEXT_H_
#define SERVICE_METRICS_NUMBER_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace cachestore {

// Numbers as people read them, three digits of each.

// 0, 12.3, 4.56 k, 789 M.
std::string CountText(double count);

// 12 B, 3.4 KiB, 5.6 GiB.
std::string BytesText(double bytes);

// 45 µs, 1.25 ms, 2.5 s; a dash where there was no call, since none takes no time.
std::string LatencyText(double seconds);

// 87.5 %; a dash if there is no whole.
std::string ShareText(double part, double whole);

// 3 d 4 h, 5 h 6 min, 7 min 8 s, 9 s: the two greatest units.
std::string AgeText(absl::Duration age);

}  // namespace cachestore

#endif  // SERVICE_METRICS_NUMBER_TEXT_H_
