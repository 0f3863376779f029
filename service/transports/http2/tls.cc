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
#include "credentials/openssl_error.h"
#include "credentials/pem.h"
#include "service/tls/names_in_certificate.h"

namespace cachestore::http2 {
namespace {

// As much as fits a record of TLS.
constexpr size_t kRecordBytes = size_t{16} * 1024;

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

  CertificateNames certificate_names() const override {
    const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
    if (certificate == nullptr) return nullptr;
    return std::make_shared<const std::vector<std::string>>(NamesIn(*certificate));
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
        return absl::UnavailableError(TakeOpensslError());
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

// Null if memory is short: that it can serve was seen when it was read.
ServerContext ContextOf(const TlsMaterial& material) {
  absl::StatusOr<ServerContext> context = CreateServerContext(material);
  if (!context.ok()) return nullptr;
  SSL_CTX_set_mode(context->get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                       SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context->get(), ChooseProtocol, nullptr);
  return *std::move(context);
}

}  // namespace

std::unique_ptr<ByteStream> TlsStreams::New(Descriptor socket) {
  if (std::shared_ptr<const TlsMaterial> latest = source_.current(); latest != material_) {
    // Without memory for another one, what was there before still serves.
    if (ServerContext context = ContextOf(*latest); context != nullptr) {
      context_ = std::move(context);
      material_ = std::move(latest);
    }
  }
  ERR_clear_error();
  Ssl ssl(context_ != nullptr ? SSL_new(context_.get()) : nullptr, SSL_free);
  if (ssl == nullptr || SSL_set_fd(ssl.get(), socket.get()) != 1) return nullptr;
  SSL_set_accept_state(ssl.get());
  return std::make_unique<OpensslStream>(std::move(ssl), std::move(socket));
}

}  // namespace cachestore::http2
