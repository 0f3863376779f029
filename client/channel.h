// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CHANNEL_H_
#define CLIENT_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>

#include "absl/status/status.h"
#include "client/client_tls.h"
#include "client/service_url.h"

namespace cachestore {

// Whether a call may be made again by itself when it has failed. gRPC knows that by method only,
// and so by channel.
enum class Repetition { kAllowed, kNever };

// A channel to the cache service at `address`, set up as every client of ours wants it. Connects
// with the first call, and again by itself after a failure. Its connections are its own: they close
// when the last reference goes.
//
// Over TLS, 1.2 or newer, if the address says so, with what `tls` trusts and shows: the service's
// certificate must be for the address's host, name or IP address. In the clear otherwise.
//
// Repeats by itself, within the call's deadline and up to four times in all, what ended UNAVAILABLE
// and does no harm twice, if that is allowed: Get, Exists, Ping, Clear, Set, and BatchGet,
// BatchExists and BatchSet. A repeated Set may overwrite a later one. Never Delete, Increment and
// Close, and no method that is not named here.
//
// Pings an idle connection every 30 s, so that one that died is noticed before the next call.
// Takes messages of any size; the server limits what it receives. Ignores http_proxy: a cache is
// as near as a database.
std::shared_ptr<grpc::Channel> CreateServiceChannel(const ServiceAddress& address,
                                                    const ClientTls& tls,
                                                    Repetition repetition = Repetition::kAllowed);

// What a call on such a channel ended with, for the one who made it: the server's own code and
// message. UNAVAILABLE, which a failed TLS handshake is as well, and DEADLINE_EXCEEDED say which
// service and what to do. CANCELLED becomes UNAVAILABLE: nobody cancels here, so the server did,
// while it was shutting down.
absl::Status FromServiceStatus(const grpc::Status& status, const ServiceAddress& address);

}  // namespace cachestore

#endif  // CLIENT_CHANNEL_H_
