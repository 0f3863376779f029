// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_SERVICE_MANAGER_H_
#define SERVICE_SERVICE_MANAGER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cachestore {

// What systemd is told by a service of Type=notify (sd_notify(3)), over the socket that
// NOTIFY_SOCKET names. Without that variable nobody asks, and these do nothing and are OK.
// UNAVAILABLE if nobody listens there. `status` is what `systemctl status` shows, on one line.

// From now on the service answers calls; what starts after it may start.
absl::Status TellServiceReady(absl::string_view status);

// The service ends, which takes `longest` at most. Until then it is not killed, even if its
// TimeoutStopSec is shorter.
absl::Status TellServiceStopping(absl::string_view status, absl::Duration longest);

}  // namespace cachestore

#endif  // SERVICE_SERVICE_MANAGER_H_
