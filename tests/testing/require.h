// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_REQUIRE_H_
#define TESTS_TESTING_REQUIRE_H_

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// For fuzz targets: ends the process if a promise is not kept, and shows the bytes that did it.
inline void Require(bool holds, absl::string_view promise, absl::string_view bytes) {
  if (holds) return;
  std::cerr << "This does not hold: " << promise << ", of \"" << absl::CHexEscape(bytes) << "\"\n";
  std::abort();
}

// That an error is what bad input gets: INVALID_ARGUMENT, in one line that a terminal can show.
inline void RequireClearError(const absl::Status& error, absl::string_view bytes) {
  Require(error.code() == absl::StatusCode::kInvalidArgument, "an error is INVALID_ARGUMENT",
          bytes);
  Require(std::all_of(error.message().begin(), error.message().end(),
                      [](unsigned char c) { return absl::ascii_isprint(c); }),
          "an error is one line of text", bytes);
}

}  // namespace cachestore

#endif  // TESTS_TESTING_REQUIRE_H_
