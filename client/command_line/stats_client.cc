// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/stats_client.h"

#include <grpcpp/client_context.h>

#include "absl/time/clock.h"
#include "client/channel.h"
#include "credentials/token.h"

namespace cachestore {

StatsClient::StatsClient(const Target& target)
    : target_(target),
      admin_(v1::CacheAdmin::NewStub(CreateServiceChannel(target.address, target.tls))) {}

absl::StatusOr<v1::StatsResponse> StatsClient::Read(bool want_history) {
  grpc::ClientContext context;
  if (!target_.token.empty()) context.AddMetadata("authorization", AuthorizationOf(target_.token));
  context.set_deadline(absl::ToChronoTime(absl::Now() + target_.timeout));
  v1::StatsRequest request;
  request.set_want_history(want_history);
  v1::StatsResponse response;
  const grpc::Status status = admin_->Stats(&context, request, &response);
  if (!status.ok()) return FromServiceStatus(status, target_.address);
  return response;
}

}  // namespace cachestore
