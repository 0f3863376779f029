// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_COMMAND_LINE_OPERATOR_CALLS_H_
#define CLIENT_COMMAND_LINE_OPERATOR_CALLS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client_tls.h"
#include "client/service_url.h"

namespace cachestore {

// What operators ask of the service itself, beside what every CacheStore does. Both block until the
// answer or the deadline.

// The serving status of `service` by grpc.health.v1, by its name there: SERVING, NOT_SERVING,
// UNKNOWN, or SERVICE_UNKNOWN if the server has no such service. "" is the server as a whole.
absl::StatusOr<std::string> CheckHealth(const ServiceAddress& address, const ClientTls& tls,
                                        const std::string& service, absl::Time deadline);

// Starts the drain: the service finishes what is in flight and exits. OK once that has begun.
// `token` may be empty: then the call has none.
absl::Status CloseService(const ServiceAddress& address, const ClientTls& tls,
                          const std::string& token, absl::Time deadline);

}  // namespace cachestore

#endif  // CLIENT_COMMAND_LINE_OPERATOR_CALLS_H_
