// SPDX-License-Identifier: Apache-2.0
#ifndef PROTOS_WIRE_DURATION_H_
#define PROTOS_WIRE_DURATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protos/wire.h"

namespace cachestore {

// A google.protobuf.Duration field while its message is read.
class WireDuration {
 public:
  // Takes in the field; a message that comes twice is merged. False if the bytes are no message.
  bool Merge(WireReader message);

  // Assigns what was read: nullopt if nothing was. INVALID_ARGUMENT, which names the field, if it
  // is no valid Duration: beyond 10,000 years, or of two signs.
  absl::Status Get(absl::string_view field, std::optional<absl::Duration>& duration) const;

 private:
  bool is_there_ = false;
  int64_t seconds_ = 0;
  int32_t nanos_ = 0;
};

// The message. One beyond what it can hold, 10,000 years, is written as that; fractions of a
// nanosecond are rounded up.
std::string EncodeDuration(absl::Duration duration);

}  // namespace cachestore

#endif  // PROTOS_WIRE_DURATION_H_
