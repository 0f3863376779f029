// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "credentials/openssl_error.h"

namespace cachestore::redis {
namespace {

bool IsIpAddress(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

absl::Status WrongFile(absl::string_view setting, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", what, " (", TakeOpensslError(),
                                                 "); takes the path of a PEM file"));
}

using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

// What fails is told by a queue of errors that each thread has, and callbacks on this thread may
// have left theirs there: it is emptied before each step.
class OpensslStream final : public TlsStream {
 public:
  OpensslStream(Ssl ssl, int fd) : ssl_(std::move(ssl)), fd_(fd) {}

  ~OpensslStream() override {
    // Says goodbye if that takes no waiting; the other side's is not waited for.
    if (is_open_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    close(fd_);
  }

  absl::StatusOr<Handshake> Shake() override {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) {
      is_open_ = true;
      return Handshake::kDone;
    }
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Handshake::kWantsRead;
    if (error == SSL_ERROR_WANT_WRITE) return Handshake::kWantsWrite;
    const auto verdict = SSL_get_verify_result(ssl_.get());
    const std::string reason =
        verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : Reason(error);
    ERR_clear_error();
    return absl::UnavailableError(absl::StrCat("TLS handshake failed: ", reason));
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    ERR_clear_error();
    return Result(SSL_read(ssl_.get(), buffer, ToInt(size)));
  }

  absl::StatusOr<size_t> Write(absl::string_view bytes) override {
    ERR_clear_error();
    return Result(SSL_write(ssl_.get(), bytes.data(), ToInt(bytes.size())));
  }

  int fd() const override { return fd_; }

 private:
  static int ToInt(size_t size) {
    return static_cast<int>(std::min(size, size_t{std::numeric_limits<int>::max()}));
  }

  static std::string Reason(int error) {
    if (error == SSL_ERROR_ZERO_RETURN) return "Redis closed the connection";
    if (error != SSL_ERROR_SYSCALL) return TakeOpensslError();
    return errno == 0 ? "Redis closed the connection" : std::strerror(errno);
  }

  // A read that wants to write, or the other way round, happens only in a renegotiation, which is
  // off (and TLS 1.3 has none): so the socket becoming ready is enough to go on.
  absl::StatusOr<size_t> Result(int count) {
    if (count > 0) return static_cast<size_t>(count);
    const int error = SSL_get_error(ssl_.get(), count);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
    is_open_ = false;
    const std::string reason = Reason(error);
    ERR_clear_error();
    return absl::UnavailableError(reason);
  }

  const Ssl ssl_;
  const int fd_;
  bool is_open_ = false;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Create(const TlsFiles& files) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  // What is written next may stand elsewhere than what was left over, and may be more.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION);
  // A key that is encrypted is refused. OpenSSL would ask the terminal for its password.
  SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return 0; });
  if (files.ca.empty()) {
    SSL_CTX_set_default_verify_paths(raw);
  } else if (SSL_CTX_load_verify_locations(raw, files.ca.c_str(), nullptr) != 1) {
    return WrongFile("redis_ca_file", "no certificate authority can be read from it");
  }
  if (files.certificate.empty() != files.key.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        files.key.empty() ? "redis_key_file" : "redis_cert_file",
        ": is not given; a client's certificate and its key are given together, or neither"));
  }
  if (!files.certificate.empty()) {
    if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
      return WrongFile("redis_cert_file", "no certificate can be read from it");
    }
    if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
      return WrongFile(
          "redis_key_file",
          "no key that fits redis_cert_file, and is not encrypted, can be read from it");
    }
  }
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context)));
}

absl::StatusOr<std::unique_ptr<TlsStream>> TlsContext::NewStream(int fd,
                                                                 const std::string& host) const {
  ERR_clear_error();
  Ssl ssl(SSL_new(context_.get()), SSL_free);
  bool is_set = SSL_set_fd(ssl.get(), fd) == 1;
  if (IsIpAddress(host)) {
    is_set &= X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()) == 1;
  } else {
    is_set &= SSL_set1_host(ssl.get(), host.c_str()) == 1 &&
              SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1;
  }
  if (!is_set) {
    close(fd);
    return absl::UnavailableError(absl::StrCat("TLS cannot be set up: ", TakeOpensslError()));
  }
  return std::make_unique<OpensslStream>(std::move(ssl), fd);
}

}  // namespace cachestore::redis
