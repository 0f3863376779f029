// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/health.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.pb.h"
#include "stores/mutex.h"

namespace cachestore {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using ServingStatus = HealthCheckResponse::ServingStatus;

constexpr char kLiveness[] = "";
constexpr char kReadiness[] = "cachestore.v1.CacheStore";

absl::StatusOr<std::string> DecodeService(const absl::Cord& message) {
  HealthCheckRequest request;
  if (!request.ParseFromString(std::string(message))) {
    return absl::InvalidArgumentError("the bytes are no valid grpc.health.v1 request message");
  }
  return request.service();
}

ServingStatus StatusOf(const std::string& service, const Readiness& readiness) {
  if (service == kLiveness) return HealthCheckResponse::SERVING;
  if (service != kReadiness) return HealthCheckResponse::SERVICE_UNKNOWN;
  return readiness.ready() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

absl::Cord EncodeResponse(ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return absl::Cord(response.SerializeAsString());
}

void Check(const Readiness& readiness, Call& call) {
  const absl::StatusOr<std::string> service = DecodeService(call.request());
  if (!service.ok()) return call.Finish(service.status(), {});
  const ServingStatus status = StatusOf(*service, readiness);
  if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
    return call.Finish(absl::NotFoundError(absl::StrCat("service: this server has \"", kLiveness,
                                                        "\" and \"", kReadiness, "\"")),
                       {});
  }
  call.Finish(absl::OkStatus(), EncodeResponse(status));
}

// One Watch: writes the status at once, and again whenever it has changed. A caller who reads
// slowly misses changes, never the last one, and so may be told the same status twice.
class Watch final : public StreamHandler,
                    public Readiness::Observer,
                    public std::enable_shared_from_this<Watch> {
 public:
  Watch(std::shared_ptr<Stream> stream, Readiness& readiness)
      : stream_(std::move(stream)), readiness_(readiness) {}

  void OnMessage(const absl::Cord& message) override {
    absl::StatusOr<std::string> service = DecodeService(message);
    if (!service.ok()) return stream_->Finish(service.status());
    {
      const MutexLock lock(mutex_);
      if (service_.has_value()) return;  // The one request of this RPC came before.
      service_ = *std::move(service);
    }
    // In this order, so that no change falls between.
    readiness_.Observe(weak_from_this());
    OnChange();
  }

  void OnHalfClose() override {
    // A caller who has asked may well say that it asks no more, and listens on.
    if (HasRequest()) return;
    stream_->Finish(absl::InvalidArgumentError(
        "Watch got no request; send one HealthCheckRequest with the service to watch"));
  }

  void OnChange() override {
    // Under the lock, so that of two changes that overlap the later one is written last.
    const MutexLock lock(mutex_);
    const ServingStatus status = StatusOf(*service_, readiness_);
    if (written_ == status) return;
    written_ = status;
    stream_->WriteLatest(EncodeResponse(status));
  }

 private:
  bool HasRequest() {
    const MutexLock lock(mutex_);
    return service_.has_value();
  }

  const std::shared_ptr<Stream> stream_;
  Readiness& readiness_;

  Mutex mutex_;
  std::optional<std::string> service_ ABSL_GUARDED_BY(mutex_);
  std::optional<ServingStatus> written_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

MethodTable HealthMethods(Readiness& readiness) {
  return {
      {.path = "/grpc.health.v1.Health/Check",
       .audience = Audience::Everyone(),
       .handle = [&readiness](Call& call) { Check(readiness, call); }},
      {.path = "/grpc.health.v1.Health/Watch",
       .audience = Audience::Everyone(),
       .handle = [&readiness](std::shared_ptr<Stream> stream) -> std::shared_ptr<StreamHandler> {
         return std::make_shared<Watch>(std::move(stream), readiness);
       }},
  };
}

}  // namespace cachestore
