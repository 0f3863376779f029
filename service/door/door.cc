// SPDX-License-Identifier: Apache-2.0
#include "service/door/door.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "service/access/check_role.h"
#include "service/door/peer.h"

namespace cachestore {

Door::Door(MethodTable methods, const Policy& policy)
    : methods_(std::move(methods)),
      policy_(policy),
      metrics_(policy.measures_calls ? std::make_unique<CallMetrics>(methods_.size()) : nullptr) {}

void Door::Begin(const Method& method, Call& call) {
  if (absl::Status status = Admit(method, call); !status.ok()) {
    call.Finish(std::move(status), {});
    return;
  }
  std::get<Method::Unary>(method.handle)(call);
}

std::shared_ptr<StreamHandler> Door::Begin(const Method& method,
                                           const std::shared_ptr<Stream>& stream) {
  if (absl::Status status = Admit(method, *stream); !status.ok()) {
    stream->Finish(std::move(status));
    return nullptr;
  }
  return std::get<Method::Streaming>(method.handle)(stream);
}

absl::Status Door::Admit(const Method& method, ArrivedCall& call) {
  call.pass_ = gate_.Enter();
  if (!call.pass_) {
    return absl::UnavailableError("the server is draining; call again, it or another will answer");
  }
  counts_.started.fetch_add(1, std::memory_order_relaxed);
  call.counts_ = &counts_;
  if (metrics_ != nullptr || policy_.log != nullptr) {
    call.metrics_ = metrics_.get();
    call.log_ = policy_.log;
    call.path_ = method.path;
    call.method_ = static_cast<size_t>(&method - methods_.data());
    call.begun_nanos_ = SystemMonotonicClock().NowNanos();
  }
  if (policy_.access != nullptr) return CheckIdentity(method, call);
  if (policy_.needs_certificate && method.audience.role().has_value() &&
      call.certificate_names() == nullptr) {
    return absl::UnauthenticatedError(absl::StrCat(
        method.path,
        ": needs a certificate that this server knows the signer of; show one when you "
        "connect, or ask the server's operator for one"));
  }
  if (method.audience.local() && !IsOperator(call)) {
    return absl::PermissionDeniedError(
        absl::StrCat(method.path,
                     ": only for callers on the server's own machine; use its loopback address or "
                     "a unix socket, or send the process SIGTERM"));
  }
  return absl::OkStatus();
}

bool Door::IsOperator(const ArrivedCall& call) const {
  const std::string peer = call.peer();
  return policy_.distrusts_loopback ? IsUnixPeer(peer) : IsLocalPeer(peer);
}

absl::Status Door::CheckIdentity(const Method& method, ArrivedCall& call) const {
  if (!method.audience.role().has_value()) return absl::OkStatus();
  const std::optional<std::string> authorization = call.FindMetadata("authorization");
  absl::StatusOr<std::shared_ptr<const Identity>> identity = policy_.access->Authenticate(
      authorization, authorization.has_value() ? nullptr : call.certificate_names());
  if (!identity.ok()) return identity.status();
  if (absl::Status status = CheckRole(**identity, *method.audience.role(), method.path);
      !status.ok()) {
    return status;
  }
  call.identity_ = *std::move(identity);
  return absl::OkStatus();
}

}  // namespace cachestore
