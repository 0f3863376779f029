// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_TARGET_H_
#define CLIENT_COMMAND_LINE_TARGET_H_

#include <string>

#include "absl/time/time.h"
#include "client/client_tls.h"
#include "client/service_url.h"

namespace cachestore {

// Which service, and how long a call may take.
struct Target {
  std::string url;
  std::string source;      // What an error of the URL begins with: the flag, or the variable.
  ServiceAddress address;  // The same, read.
  absl::Duration timeout;
  ClientTls tls;
  std::string token;  // Of the caller; empty: none.
  bool insecure_token;
};

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_TARGET_H_
