// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/tls_protocol.h"

#include <openssl/bio.h>

#include <array>
#include <utility>

#include "credentials/openssl_error.h"

namespace cachestore {
namespace {

// The most that a record of TLS carries.
constexpr size_t kRecordBytes = 16'384;

}  // namespace

absl::StatusOr<ClientContext> CreateClientContext(const std::string& certificate_file,
                                                  const std::string& key_file) {
  ClientContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  if (context == nullptr || SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2)) != 0) {
    return absl::ResourceExhaustedError("OpenSSL has no memory");
  }
  if (certificate_file.empty() && key_file.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return absl::InvalidArgumentError(TakeOpensslError());
  }
  return context;
}

TlsProtocol::TlsProtocol(SSL_CTX& context, std::unique_ptr<CallProtocol> carried)
    : carried_(std::move(carried)),
      ssl_(SSL_new(&context), SSL_free),
      received_(BIO_new(BIO_s_mem())),
      sent_(BIO_new(BIO_s_mem())) {
  SSL_set_bio(ssl_.get(), received_, sent_);
  SSL_set_connect_state(ssl_.get());
}

absl::Status TlsProtocol::Produce(absl::Cord& output) {
  if (absl::Status status = carried_->Produce(unsent_); !status.ok()) return status;
  if (SSL_is_init_finished(ssl_.get()) == 0) {
    absl::Status status = StatusOf(SSL_do_handshake(ssl_.get()));
    if (!status.ok()) return status;
  }
  if (SSL_is_init_finished(ssl_.get()) == 1 && !unsent_.empty()) {
    // In one piece, or each piece is a record of its own.
    const absl::string_view bytes = unsent_.Flatten();
    size_t written = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    if (absl::Status status = StatusOf(result); !status.ok()) return status;
    unsent_.Clear();
  }
  const char* encrypted = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(sent_, &encrypted));
  output.Append(absl::string_view(encrypted, size));
  BIO_reset(sent_);
  return absl::OkStatus();
}

absl::Status TlsProtocol::Receive(absl::string_view bytes) {
  size_t taken = 0;
  if (BIO_write_ex(received_, bytes.data(), bytes.size(), &taken) != 1) {
    return absl::ResourceExhaustedError("OpenSSL has no memory");
  }
  std::array<char, kRecordBytes> buffer;  // NOLINT(*-member-init): SSL_read fills it.
  while (true) {
    size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
    if (result != 1) return StatusOf(result);
    absl::Status status = carried_->Receive({buffer.data(), size});
    if (!status.ok()) return status;
  }
}

absl::Status TlsProtocol::StatusOf(int result) {
  if (result == 1) return absl::OkStatus();
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return absl::OkStatus();
    case SSL_ERROR_ZERO_RETURN:
      return absl::UnavailableError("the server has ended TLS");
    default:
      return absl::UnavailableError(TakeOpensslError());
  }
}

}  // namespace cachestore
