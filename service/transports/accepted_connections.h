// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_ACCEPTED_CONNECTIONS_H_
#define SERVICE_TRANSPORTS_ACCEPTED_CONNECTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace cachestore {

// How many connections this process has accepted at these addresses (host:port or unix:PATH, as
// they came to be) and still has: for a transport that does not count them. Looks at each of the
// process's descriptors: a microsecond or two for each.
uint64_t CountAcceptedConnections(const std::vector<std::string>& addresses);

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_ACCEPTED_CONNECTIONS_H_
