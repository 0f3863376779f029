// SPDX-License-Identifier: Apache-2.0

// A call owns what it needs and its pass through the gate. The gate's last pass releases the
// connection, so that calls use it without a lock, and it stays as long as one of them is in
// flight, whether the store does or not.
#include "client/remote_cache_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/service_methods.h"
#include "credentials/token.h"
#include "protos/cache_codec.h"
#include "protos/counter_codec.h"
#include "stores/batch_item.h"
#include "stores/completion.h"
#include "stores/limits.h"
#include "stores/steady_deadline.h"

namespace cachestore {
namespace {

absl::StatusOr<GetResult> DecodeGetResult(const absl::Cord& message) {
  absl::StatusOr<codec::GetResponse> response = codec::DecodeGetResponse(message);
  if (!response.ok()) return response.status();
  return GetResult{
      .value = std::move(response->value), .etag = std::move(response->etag), .ttl = response->ttl};
}

absl::StatusOr<ExistsResult> DecodeExistsResult(const absl::Cord& message) {
  const absl::StatusOr<codec::ExistsResponse> response = codec::DecodeExistsResponse(message);
  if (!response.ok()) return response.status();
  return ExistsResult{.exists = response->exists, .ttl = response->ttl};
}

absl::StatusOr<IncrementResult> DecodeIncrementResult(const absl::Cord& message) {
  const absl::StatusOr<codec::IncrementResponse> response = codec::DecodeIncrementResponse(message);
  if (!response.ok()) return response.status();
  return IncrementResult{.value = response->value, .ttl = response->ttl};
}

codec::SetRequest SetRequestOf(absl::string_view key, absl::Cord value, const SetOptions& set) {
  codec::SetRequest request = {
      .key = std::string(key), .value = std::move(value), .ttl = set.ttl, .keep_ttl = set.keep_ttl};
  switch (set.condition.kind()) {
    case SetCondition::Kind::kNone:
      break;
    case SetCondition::Kind::kIfAbsent:
      request.condition = codec::IfAbsent{};
      break;
    case SetCondition::Kind::kIfPresent:
      request.condition = codec::IfPresent{};
      break;
    case SetCondition::Kind::kIfEtag:
      request.condition = codec::IfEtag{set.condition.etag()};
      break;
  }
  return request;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RemoteCacheStore>> RemoteCacheStore::Create(const Options& options) {
  absl::StatusOr<ServiceAddress> address = ParseServiceUrl(options.url);
  if (!address.ok()) return address.status();
  if (!options.token.empty() && !ParseToken(options.token).has_value()) {
    return absl::InvalidArgumentError(
        "token: is none; give the first line of what `cachectl token new` prints");
  }
  if (!options.tls.empty() && !address->is_tls) {
    return absl::InvalidArgumentError("is without TLS, although tls is given; write grpcs://");
  }
  if (!options.token.empty() && !options.insecure_token && !address->is_tls &&
      !address->is_this_machine) {
    return absl::InvalidArgumentError(
        absl::StrCat("would carry the token in the clear to ", address->name,
                     "; use grpcs://, or set APP_CACHE_INSECURE_TOKEN=true (cachectl "
                     "--insecure_token) if something else encrypts"));
  }
  if (options.default_timeout <= absl::ZeroDuration() ||
      options.default_timeout == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(absl::StrCat("default_timeout: is ",
                                                   absl::FormatDuration(options.default_timeout),
                                                   "; give more than zero and less than infinite"));
  }
  if (options.coalescing.has_value()) {
    if (absl::Status status = CheckCoalescing(*options.coalescing); !status.ok()) return status;
  }
  return std::unique_ptr<RemoteCacheStore>(new RemoteCacheStore(*address, options));
}

RemoteCacheStore::RemoteCacheStore(const ServiceAddress& address, const Options& options)
    : default_timeout_(options.default_timeout),
      max_batch_keys_(options.max_batch_keys),
      max_batch_bytes_(options.max_batch_bytes),
      connection_(std::make_shared<ServiceConnection>(address, options.tls, options.token)),
      coalescer_(options.coalescing.has_value()
                     ? std::make_shared<CallCoalescer>(connection_, *options.coalescing,
                                                       max_batch_keys_, max_batch_bytes_)
                     : nullptr) {}

auto RemoteCacheStore::Releasing() const {
  return [connection = connection_, coalescer = coalescer_] {
    if (coalescer != nullptr) coalescer->Stop();
    connection->Release();
  };
}

RemoteCacheStore::~RemoteCacheStore() { gate_.Close(Releasing()); }

absl::Time RemoteCacheStore::DeadlineOf(const CallOptions& options) const {
  return options.deadline == absl::InfiniteFuture() ? absl::Now() + default_timeout_
                                                    : options.deadline;
}

template <typename Result>
bool RemoteCacheStore::Refuses(CallGate::Pass& pass, const CallOptions& options,
                               Callback<Result>& done) {
  absl::Status status = CheckCall(pass, options);
  if (status.ok()) return false;
  Completion::Run(pass, done, [&]() -> Result { return std::move(status); });
  return true;
}

template <typename Result>
void RemoteCacheStore::Start(const CallOptions& options, absl::FunctionRef<RemoteRequest()> make,
                             Result (*decode)(const absl::Cord&), Callback<Result> done) {
  CallGate::Pass pass = gate_.Enter();
  if (Refuses(pass, options, done)) return;
  RemoteCall<Result>::Start(*connection_, make(), DeadlineOf(options), decode, std::move(pass),
                            std::move(done));
}

template <typename Request, typename Result>
void RemoteCacheStore::Join(const CallOptions& options,
                            void (CallCoalescer::*add)(Request request, CoalescedCall<Result> call),
                            Request request, Callback<Result> done) {
  CallGate::Pass pass = gate_.Enter();
  if (Refuses(pass, options, done)) return;
  const absl::Duration timeout = options.deadline == absl::InfiniteFuture()
                                     ? default_timeout_
                                     : options.deadline - absl::Now();
  (*coalescer_.*add)(
      std::move(request),
      {.pass = std::move(pass), .deadline = SteadyDeadline(timeout), .done = std::move(done)});
}

template <typename Results>
void RemoteCacheStore::StartParts(BatchField field, size_t items, const CallOptions& options,
                                  absl::FunctionRef<std::vector<RemoteBatch::Part>()> split,
                                  void (*start)(RemoteBatch batch,
                                                Callback<absl::StatusOr<Results>> done),
                                  Callback<absl::StatusOr<Results>> done) {
  CallGate::Pass pass = gate_.Enter();
  absl::Status status = CheckCall(pass, options);
  if (status.ok()) status = CheckBatchSize(field, items, max_batch_keys_);
  if (!status.ok()) {
    Completion::Run(pass, done, [&]() -> absl::StatusOr<Results> { return std::move(status); });
    return;
  }
  start({.connection = *connection_,
         .pass = std::move(pass),
         .deadline = DeadlineOf(options),
         .parts = split()},
        std::move(done));
}

void RemoteCacheStore::Get(absl::string_view key, const CallOptions& options, GetCallback done) {
  if (Joins(key.size())) {
    return Join(options, &CallCoalescer::Get, std::string(key), std::move(done));
  }
  const auto make = [key]() -> RemoteRequest {
    return {.method = kGetMethod,
            .repetition = Repetition::kAllowed,
            .message = codec::EncodeGetRequest({.key = std::string(key)})};
  };
  Start(options, make, codec::DecodeValue, std::move(done));
}

void RemoteCacheStore::Set(absl::string_view key, absl::Cord value,
                           std::optional<absl::Duration> ttl, const CallOptions& options,
                           StatusCallback done) {
  if (Joins(key.size() + value.size())) {
    return Join(options, &CallCoalescer::Set, SetRequestOf(key, std::move(value), {.ttl = ttl}),
                std::move(done));
  }
  const auto make = [&]() -> RemoteRequest {
    return {.method = kSetMethod,
            .repetition = Repetition::kAllowed,
            .message = codec::EncodeSetRequest(SetRequestOf(key, std::move(value), {.ttl = ttl}))};
  };
  Start(options, make, codec::DecodeEmpty, std::move(done));
}

void RemoteCacheStore::Delete(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  if (Joins(key.size())) {
    return Join(options, &CallCoalescer::Delete, std::string(key), std::move(done));
  }
  const auto make = [key]() -> RemoteRequest {
    return {.method = kDeleteMethod,
            .repetition = Repetition::kNever,
            .message = codec::EncodeDeleteRequest({.key = std::string(key)})};
  };
  Start(options, make, codec::DecodeBoolResponse, std::move(done));
}

void RemoteCacheStore::Exists(absl::string_view key, const CallOptions& options,
                              BoolCallback done) {
  if (Joins(key.size())) {
    return Join(options, &CallCoalescer::Exists, std::string(key), std::move(done));
  }
  const auto make = [key]() -> RemoteRequest {
    return {.method = kExistsMethod,
            .repetition = Repetition::kAllowed,
            .message = codec::EncodeExistsRequest({.key = std::string(key)})};
  };
  Start(options, make, codec::DecodeBoolResponse, std::move(done));
}

void RemoteCacheStore::Clear(const CallOptions& options, StatusCallback done) {
  Start(
      options,
      [] { return RemoteRequest{.method = kClearMethod, .repetition = Repetition::kAllowed}; },
      codec::DecodeEmpty, std::move(done));
}

void RemoteCacheStore::Ping(const CallOptions& options, StatusCallback done) {
  Start(
      options,
      [] { return RemoteRequest{.method = kPingMethod, .repetition = Repetition::kAllowed}; },
      codec::DecodeEmpty, std::move(done));
}

void RemoteCacheStore::Close(StatusCallback done) {
  gate_.Close([release = Releasing(), done = std::move(done)]() mutable {
    release();
    Completion::RunClosed(done);
  });
}

void RemoteCacheStore::GetWith(absl::string_view key, const GetOptions& get,
                               const CallOptions& options, GetResultCallback done) {
  const auto make = [&]() -> RemoteRequest {
    return {.method = kGetMethod,
            .repetition = get.touch.has_value() ? Repetition::kNever : Repetition::kAllowed,
            .message = codec::EncodeGetRequest({.key = std::string(key),
                                                .want_etag = get.want_etag,
                                                .want_ttl = get.want_ttl,
                                                .touch = get.touch})};
  };
  Start(options, make, DecodeGetResult, std::move(done));
}

void RemoteCacheStore::ExistsWith(absl::string_view key, const ExistsOptions& exists,
                                  const CallOptions& options, ExistsResultCallback done) {
  const auto make = [&]() -> RemoteRequest {
    return {.method = kExistsMethod,
            .repetition = exists.touch.has_value() ? Repetition::kNever : Repetition::kAllowed,
            .message = codec::EncodeExistsRequest(
                {.key = std::string(key), .want_ttl = exists.want_ttl, .touch = exists.touch})};
  };
  Start(options, make, DecodeExistsResult, std::move(done));
}

void RemoteCacheStore::SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                               const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> RemoteRequest {
    const codec::SetRequest request = SetRequestOf(key, std::move(value), set);
    return {.method = kSetMethod,
            .repetition = MayRepeat(request) ? Repetition::kAllowed : Repetition::kNever,
            .message = codec::EncodeSetRequest(request)};
  };
  Start(options, make, codec::DecodeBoolResponse, std::move(done));
}

void RemoteCacheStore::DeleteIf(absl::string_view key, absl::string_view etag,
                                const CallOptions& options, BoolCallback done) {
  const auto make = [&]() -> RemoteRequest {
    return {.method = kDeleteMethod,
            .repetition = Repetition::kNever,
            .message = codec::EncodeDeleteRequest(
                {.key = std::string(key), .if_etag = std::string(etag)})};
  };
  Start(options, make, codec::DecodeBoolResponse, std::move(done));
}

void RemoteCacheStore::Increment(absl::string_view key, int64_t delta,
                                 std::optional<absl::Duration> ttl, const CallOptions& options,
                                 IncrementCallback done) {
  const auto make = [&]() -> RemoteRequest {
    return {.method = kIncrementMethod,
            .repetition = Repetition::kNever,
            .message = codec::EncodeIncrementRequest(
                {.key = std::string(key), .delta = delta, .ttl = ttl})};
  };
  Start(options, make, DecodeIncrementResult, std::move(done));
}

void RemoteCacheStore::BatchGet(absl::Span<const absl::string_view> keys,
                                const CallOptions& options, BatchGetCallback done) {
  const auto split = [&] {
    return SplitKeys(kBatchGetMethod, Repetition::kAllowed, keys, max_batch_bytes_);
  };
  StartParts<BatchGetResults>(BatchField::kKeys, keys.size(), options, split, StartBatchGet,
                              std::move(done));
}

void RemoteCacheStore::BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                                BatchBoolCallback done) {
  const auto split = [&] {
    std::vector<codec::SetRequest> requests;
    requests.reserve(entries.size());
    for (SetEntry& entry : entries) {
      requests.push_back(SetRequestOf(entry.key, std::move(entry.value), entry.options));
    }
    return SplitEntries(requests, max_batch_bytes_);
  };
  StartParts<BatchBoolResults>(BatchField::kEntries, entries.size(), options, split, StartBatchBool,
                               std::move(done));
}

void RemoteCacheStore::BatchDelete(absl::Span<const absl::string_view> keys,
                                   const CallOptions& options, BatchBoolCallback done) {
  const auto split = [&] {
    return SplitKeys(kBatchDeleteMethod, Repetition::kNever, keys, max_batch_bytes_);
  };
  StartParts<BatchBoolResults>(BatchField::kKeys, keys.size(), options, split, StartBatchBool,
                               std::move(done));
}

void RemoteCacheStore::BatchExists(absl::Span<const absl::string_view> keys,
                                   const CallOptions& options, BatchBoolCallback done) {
  const auto split = [&] {
    return SplitKeys(kBatchExistsMethod, Repetition::kAllowed, keys, max_batch_bytes_);
  };
  StartParts<BatchBoolResults>(BatchField::kKeys, keys.size(), options, split, StartBatchBool,
                               std::move(done));
}

}  // namespace cachestore
