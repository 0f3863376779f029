// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/operator_calls.h"

#include <grpcpp/client_context.h>

#include "client/channel.h"
#include "credentials/token.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "protos/cache.grpc.pb.h"

namespace cachestore {

absl::StatusOr<std::string> CheckHealth(const ServiceAddress& address, const ClientTls& tls,
                                        const std::string& service, absl::Time deadline) {
  using grpc::health::v1::HealthCheckResponse;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(CreateServiceChannel(address, tls))
                                  ->Check(&context, request, &response);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return "SERVICE_UNKNOWN";
  if (!status.ok()) return FromServiceStatus(status, address);
  const std::string name = HealthCheckResponse::ServingStatus_Name(response.status());
  return name.empty() ? "UNKNOWN" : name;
}

absl::Status CloseService(const ServiceAddress& address, const ClientTls& tls,
                          const std::string& token, absl::Time deadline) {
  grpc::ClientContext context;
  if (!token.empty()) context.AddMetadata("authorization", AuthorizationOf(token));
  context.set_deadline(absl::ToChronoTime(deadline));
  v1::CloseResponse response;
  const grpc::Status status = v1::CacheStore::NewStub(CreateServiceChannel(address, tls))
                                  ->Close(&context, v1::CloseRequest(), &response);
  return FromServiceStatus(status, address);
}

}  // namespace cachestore
