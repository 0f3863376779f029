// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_SERVICE_CONNECTION_H_
#define CLIENT_SERVICE_CONNECTION_H_

#include <grpcpp/generic/generic_stub.h>

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "client/channel.h"
#include "client/client_tls.h"
#include "client/service_url.h"
#include "credentials/token.h"

namespace cachestore {

// The channels of one client to its service: one for what may be repeated, and one, which most
// clients never need, for what its method does not tell: a Set that depends on something, say.
// Thread-safe.
class ServiceConnection {
 public:
  // Without a `token` no call has a credential.
  explicit ServiceConnection(ServiceAddress address, ClientTls tls = {},
                             absl::string_view token = "")
      : address_(std::move(address)),
        tls_(std::move(tls)),
        authorization_(token.empty() ? "" : AuthorizationOf(token)) {}

  const ServiceAddress& address() const { return address_; }

  // The header of that name of each call; empty: none.
  const std::string& authorization() const { return authorization_; }

  // Not beside or after Release.
  grpc::GenericStub& stub(Repetition repetition);

  // Closes the channels. More than once, and at the same time, as well.
  void Release();

 private:
  struct Lane {
    std::once_flag opened;
    std::unique_ptr<grpc::GenericStub> stub;
  };

  const ServiceAddress address_;
  const ClientTls tls_;
  const std::string authorization_;
  std::array<Lane, 2> lanes_;  // By Repetition.
  std::once_flag released_;
};

}  // namespace cachestore

#endif  // CLIENT_SERVICE_CONNECTION_H_
