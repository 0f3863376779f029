// SPDX-License-Identifier: Apache-2.0
#include "client/channel.h"

#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/client_spec.h"
#include "protos/status.h"

namespace cachestore {
namespace {

constexpr int kUnlimited = -1;

constexpr int Millis(double seconds) { return static_cast<int>(seconds * 1000); }

grpc::ChannelArguments Arguments(Repetition repetition) {
  grpc::ChannelArguments arguments;
  if (repetition == Repetition::kAllowed) {
    arguments.SetServiceConfigJSON(client_spec::kServiceConfig);
  }
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // A bound and no reservation. With the default of 256 KiB, larger messages are silently not
  // repeated.
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, std::numeric_limits<int>::max());
  arguments.SetMaxReceiveMessageSize(kUnlimited);
  arguments.SetMaxSendMessageSize(kUnlimited);

  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(client_spec::kKeepaliveSeconds));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(client_spec::kKeepaliveTimeoutSeconds));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // By default gRPC stops after two pings without data between them.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);

  // Otherwise a service that comes back after a minute is noticed up to two minutes later.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   Millis(client_spec::kReconnectInitialBackoffSeconds));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
                   Millis(client_spec::kReconnectMaxBackoffSeconds));

  // Otherwise equal channels of one process share a connection, and closing one closes nothing.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

// gRPC takes no TLS below 1.2.
std::shared_ptr<grpc::ChannelCredentials> Credentials(const ServiceAddress& address,
                                                      const ClientTls& tls) {
  if (!address.is_tls) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({.pem_root_certs = tls.ca_pem,
                               .pem_private_key = tls.key_pem,
                               .pem_cert_chain = tls.certificate_pem});
}

// What to do about a service that is unavailable, by what gRPC says where it does not connect. Its
// words are no contract: those of another version get the general advice.
absl::string_view Advice(absl::string_view problem, const ServiceAddress& address) {
  constexpr absl::string_view kGeneral = "check that it runs there and is ready";
  // Otherwise they are the service's own, perhaps of TLS to its Redis.
  if (!absl::StartsWith(problem, "failed to connect")) return kGeneral;
  const auto says = [problem](absl::string_view words) {
    return absl::StrContains(problem, words);
  };
  if (says("certificate verify failed")) {
    return "its certificate has expired, or nobody who is trusted has signed it; give the file of "
           "its authority as tls_ca_file";
  }
  if (says("is not in peer certificate")) {
    return "its certificate is for other names; put one of them in the URL";
  }
  if (says("wrong version number")) {
    return "it does not speak TLS; start it with tls_cert and tls_key";
  }
  if (!says("closed") && !says("reset") && !says("Endpoint read failed") &&
      !says("Unwrap failed")) {
    return kGeneral;
  }
  return address.is_tls ? "check that it is ready, and if it asks for a certificate, that one is "
                          "given that it trusts (tls_cert_file)"
                        : "check that it is ready, and if it serves over TLS, write grpcs://";
}

}  // namespace

std::shared_ptr<grpc::Channel> CreateServiceChannel(const ServiceAddress& address,
                                                    const ClientTls& tls, Repetition repetition) {
  return grpc::CreateCustomChannel(address.target, Credentials(address, tls),
                                   Arguments(repetition));
}

absl::Status FromServiceStatus(const grpc::Status& status, const ServiceAddress& address) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return absl::UnavailableError(absl::StrCat("the cache service at ", address.name,
                                                 " is unavailable: ", status.error_message(), "; ",
                                                 Advice(status.error_message(), address)));
    case grpc::StatusCode::CANCELLED:
      return absl::UnavailableError(
          absl::StrCat("the cache service at ", address.name,
                       " ended the call, as one that shuts down does; try again"));
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError(
          absl::StrCat("the cache service at ", address.name, " did not answer in time: ",
                       status.error_message(), "; allow more time, or check its load"));
    default:
      return FromGrpcStatus(status);
  }
}

}  // namespace cachestore
