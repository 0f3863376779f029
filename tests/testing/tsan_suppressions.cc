// SPDX-License-Identifier: Apache-2.0
// What ThreadSanitizer must not report: the distribution's Abseil is not instrumented, so the
// reference counts inside Cord and Status order nothing in its eyes, and the thread that frees one
// seems to race with those that read it before. AddressSanitizer sees what is really freed too
// early.

// The name is ThreadSanitizer's.
// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" const char* __tsan_default_suppressions();

// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" const char* __tsan_default_suppressions() {
  return "race:absl::*::Cord::~Cord\n"
         "race:cord_internal.h\n"
         "race:absl::*::Status::Unref\n";
}
