// SPDX-License-Identifier: Apache-2.0
#include "service/transports/grpc/server_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/version_info.h>

#include <memory>
#include <string>
#include <utility>

#include "service/tls/tls_material.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

// gRPC C++ has no way to change what a server shows, short of an experiment that watches files on
// its own. Its core has one, which it asks at each handshake.
class CertificateFetcher {
 public:
  explicit CertificateFetcher(const TlsSource& source) : source_(source) {}

  // What the core serves by; asks this for as long as it lives, and is released by whoever has it.
  grpc_server_credentials* NewCredentials() {
    const auto request = !source_.asks_for_certificates() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                         : source_.current()->requires_client_certificate
                             ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                             : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(request, Fetch, this));
  }

 private:
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<CertificateFetcher*>(self)->Fetch(config);
  }

  grpc_ssl_certificate_config_reload_status Fetch(grpc_ssl_server_certificate_config** config) {
    std::shared_ptr<const TlsMaterial> latest = source_.current();
    const MutexLock lock(mutex_);
    if (latest == fetched_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {.private_key = latest->key_pem.c_str(),
                                             .cert_chain = latest->certificate_pem.c_str()};
    // gRPC wants authorities also where it asks nobody for a certificate. These sign nothing then.
    const std::string& client_ca =
        latest->client_ca_pem.empty() ? latest->certificate_pem : latest->client_ca_pem;
    *config = grpc_ssl_server_certificate_config_create(client_ca.c_str(), &pair, 1);
    fetched_ = std::move(latest);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const TlsSource& source_;
  Mutex mutex_;
  std::shared_ptr<const TlsMaterial> fetched_ ABSL_GUARDED_BY(mutex_);  // What gRPC has.
};

// Known of 1.51 and of 1.83: which of those between is like which, nobody has tried.
#if GRPC_CPP_VERSION_MAJOR == 1 && GRPC_CPP_VERSION_MINOR <= 51

// The core's credentials as those of gRPC C++, which leaves it to its own to hold them.
class CoreCredentials : public grpc::ServerCredentials {
 public:
  explicit CoreCredentials(grpc_server_credentials* credentials) : credentials_(credentials) {}
  ~CoreCredentials() override { grpc_server_credentials_release(credentials_); }

  // Identities are the door's.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

#else

using CoreCredentials = grpc::ServerCredentials;

#endif

// What the core has of them it keeps for each address alone. The fetcher is a base, and the first,
// so that it is there for as long as the core's credentials, which ask it.
class ReloadedCredentials final : private CertificateFetcher, public CoreCredentials {
 public:
  explicit ReloadedCredentials(const TlsSource& source)
      : CertificateFetcher(source), CoreCredentials(NewCredentials()) {}
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> ServerCredentialsOf(const TlsSource* tls) {
  if (tls == nullptr) return grpc::InsecureServerCredentials();
  return std::make_shared<ReloadedCredentials>(*tls);
}

}  // namespace cachestore
