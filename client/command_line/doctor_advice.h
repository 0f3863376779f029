// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_DOCTOR_ADVICE_H_
#define CLIENT_COMMAND_LINE_DOCTOR_ADVICE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "client/command_line/finding.h"

namespace cachestore {

// That `check` failed with an error of a call to the service: what it says, after `call` ("get: ")
// where there were several, and what to do, which is never nothing.
Finding FailedCall(std::string check, const std::string& call, const absl::Status& error,
                   bool has_token);

// What there is to say of the service's answer to a key of so many bytes, more than any service
// takes.
Finding LimitsFinding(size_t key_bytes, const absl::Status& answer);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_DOCTOR_ADVICE_H_
