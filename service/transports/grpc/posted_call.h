// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_TRANSPORTS_GRPC_POSTED_CALL_H_
#define SERVICE_TRANSPORTS_GRPC_POSTED_CALL_H_

#include <grpcpp/server_context.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/transports/grpc/peer_names.h"
#include "stores/call_gate.h"

namespace cachestore {

// A call that gRPC is to give what arrives to, and what it then says of its caller. `Kind` is Call
// or Stream.
template <typename Kind>
class PostedCall : public Kind {
 public:
  // A call without deadline costs no clock.
  absl::Time deadline() const override {
    const auto deadline = context_.deadline();
    if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
    return absl::FromChrono(deadline);
  }

  std::string peer() const override { return context_.peer(); }
  CertificateNames certificate_names() const override { return NamesOf(*context_.auth_context()); }

  // gRPC has decoded it.
  std::optional<std::string> FindMetadata(absl::string_view name) const override {
    const auto& metadata = context_.client_metadata();
    const auto found = metadata.find(grpc::string_ref(name.data(), name.size()));
    if (found == metadata.end()) return std::nullopt;
    return std::string(found->second.data(), found->second.size());
  }

  void AddInitialMetadata(absl::string_view name, absl::string_view value) override {
    context_.AddInitialMetadata(std::string(name), std::string(value));
  }
  void AddTrailingMetadata(absl::string_view name, absl::string_view value) override {
    context_.AddTrailingMetadata(std::string(name), std::string(value));
  }

 protected:
  // `pass` is held for as long as the call may use its queue.
  explicit PostedCall(CallGate::Pass pass) : posted_pass_(std::move(pass)) {}

  grpc::ServerContext& context() { return context_; }

 private:
  const CallGate::Pass posted_pass_;  // First, to be given back last.
  grpc::ServerContext context_;
};

}  // namespace cachestore

#endif  // SERVICE_TRANSPORTS_GRPC_POSTED_CALL_H_
