// SPDX-License-Identifier: Apache-2.0
#include "service/service_manager.h"

#include <systemd/sd-daemon.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cachestore {
namespace {

absl::Status Tell(const std::string& news, absl::string_view status) {
  // Each line is news of its own.
  const std::string line = absl::StrReplaceAll(status, {{"\n", " "}});
  const int result =
      sd_notify(/*unset_environment=*/0, absl::StrCat(news, "\nSTATUS=", line).c_str());
  return result < 0 ? absl::ErrnoToStatus(-result, "NOTIFY_SOCKET") : absl::OkStatus();
}

}  // namespace

absl::Status TellServiceReady(absl::string_view status) { return Tell("READY=1", status); }

absl::Status TellServiceStopping(absl::string_view status, absl::Duration longest) {
  return Tell(absl::StrCat("STOPPING=1\nEXTEND_TIMEOUT_USEC=", absl::ToInt64Microseconds(longest)),
              status);
}

}  // namespace cachestore
