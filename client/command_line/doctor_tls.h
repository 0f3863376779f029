// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_DOCTOR_TLS_H_
#define CLIENT_COMMAND_LINE_DOCTOR_TLS_H_

#include <string>
#include <vector>

#include "client/client_tls.h"
#include "client/command_line/finding.h"

namespace cachestore {

// Shakes hands over the connected socket `fd` as a client of ours does, and says of each thing by
// itself how it is: the handshake, who has signed the service's certificate, whether it is for
// `host` (a name or an IP address), and how long it is still valid. Sends no more than that.
std::vector<Finding> ExamineTls(int fd, const std::string& host, const ClientTls& tls);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_DOCTOR_TLS_H_
