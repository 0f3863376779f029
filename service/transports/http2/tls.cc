// SPDX-License-Identifier: Apache-2.0
#include "service/transports/http2/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/transports/pem.h"

namespace cachestore::http2 {
namespace {

// As much as fits a record of TLS.
constexpr size_t kRecordBytes = size_t{16} * 1024;

// The first of the errors that OpenSSL has noted on this thread; forgets them all.
std::string TakeError() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "no reason given";
}

using Ssl = std::unique_ptr<SSL, decltype(&SSL_free)>;

// Reading and writing shake hands as far as that has not been done. What fails is told by a queue
// of errors that each thread has, and others may have left theirs there: it is emptied before each
// step.
class OpensslStream final : public ByteStream {
 public:
  OpensslStream(Ssl ssl, Descriptor socket) : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    wants_room_ = false;
    size_t filled = 0;
    while (filled < buffer.size()) {
      const absl::StatusOr<size_t> count = Step([&] {
        return SSL_read(ssl_.get(), buffer.data() + filled, ToInt(buffer.size() - filled));
      });
      // What was read before an end is not lost: the end is found again.
      if (!count.ok() && filled == 0) return count.status();
      if (!count.ok() || *count == 0) break;
      filled += *count;
    }
    return filled;
  }

  absl::StatusOr<size_t> Write(absl::Span<const iovec> pieces) override {
    // Many pieces are small, and each would become a record of its own. What is left over comes
    // again, at the start of no less, as SSL_write wants it.
    std::string record;
    for (const iovec& piece : pieces) {
      if (record.size() == kRecordBytes) break;
      const absl::string_view bytes(static_cast<const char*>(piece.iov_base), piece.iov_len);
      absl::StrAppend(&record, bytes.substr(0, kRecordBytes - record.size()));
    }
    return Step([&] { return SSL_write(ssl_.get(), record.data(), ToInt(record.size())); });
  }

  void EndWriting() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
  }

  bool has_buffered() const override { return SSL_pending(ssl_.get()) > 0; }
  bool wants_room() const override { return wants_room_; }
  int fd() const override { return socket_.get(); }

 private:
  static int ToInt(size_t size) {
    return static_cast<int>(std::min(size, size_t{std::numeric_limits<int>::max()}));
  }

  template <typename Function>
  absl::StatusOr<size_t> Step(Function step) {
    ERR_clear_error();
    const int count = step();
    if (count > 0) return static_cast<size_t>(count);
    switch (SSL_get_error(ssl_.get(), count)) {
      case SSL_ERROR_WANT_WRITE:
        wants_room_ = true;
        return 0;
      case SSL_ERROR_WANT_READ:
        return 0;
      case SSL_ERROR_SYSCALL:
        return absl::UnavailableError(errno == 0 ? "the other side closed the connection"
                                                 : std::strerror(errno));
      default:
        return absl::UnavailableError(TakeError());
    }
  }

  const Descriptor socket_;
  const Ssl ssl_;
  bool wants_room_ = false;
};

int ChooseProtocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  const int result = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, kHttp2,
                                           sizeof(kHttp2), offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The first certificate is the server's own; those behind it lead to who signed it.
bool UsePair(SSL_CTX* context, const TlsPair& pair) {
  const std::vector<Certificate> chain = CertificatesOf(pair.certificate_pem);
  const PrivateKey key = KeyOf(pair.key_pem);
  if (chain.empty() || key == nullptr) return false;
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return false;
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  }
  return SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const TlsContext>> TlsContext::Create(const TlsPair& pair) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(raw, ChooseProtocol, nullptr);
  if (!UsePair(raw, pair)) {
    return absl::InvalidArgumentError(
        absl::StrCat("tls_cert: OpenSSL does not serve with this pair: ", TakeError()));
  }
  return std::unique_ptr<const TlsContext>(new TlsContext(std::move(context)));
}

std::unique_ptr<ByteStream> TlsContext::NewStream(Descriptor socket) const {
  ERR_clear_error();
  Ssl ssl(SSL_new(context_.get()), SSL_free);
  if (ssl == nullptr || SSL_set_fd(ssl.get(), socket.get()) != 1) return nullptr;
  SSL_set_accept_state(ssl.get());
  return std::make_unique<OpensslStream>(std::move(ssl), std::move(socket));
}

}  // namespace cachestore::http2
