// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/cache.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "credentials/role.h"
#include "protos/cache_codec.h"
#include "service/access/check_role.h"
#include "service/handlers/store_call.h"

namespace cachestore {
namespace {

// Ends a call that has nothing to say but its status.
CacheStore::StatusCallback FinishWithStatus(Call& call) {
  return [&call](absl::Status status) { FinishStoreCall(call, std::move(status)); };
}

CacheStore::BoolCallback FinishWithBool(Call& call) {
  return [&call](absl::StatusOr<bool> result) {
    absl::Cord reply;
    if (result.ok()) reply = codec::EncodeBoolResponse(*result);
    FinishStoreCall(call, result.status(), std::move(reply));
  };
}

// The same, and lets `count` count an entry if it was true.
template <void (Usage::*count)(uint64_t entries)>
CacheStore::BoolCallback FinishWithBool(Call& call, Usage& usage) {
  return [&call, &usage](absl::StatusOr<bool> result) {
    if (result.ok() && *result) (usage.*count)(1);
    FinishWithBool(call)(std::move(result));
  };
}

// A touch is a write: it changes when an entry expires.
absl::Status CheckTouch(const Call& call, const std::optional<absl::Duration>& touch) {
  if (call.identity() == nullptr || !touch.has_value()) return absl::OkStatus();
  return CheckRole(*call.identity(), Role::kWrite, "touch");
}

void Get(CountedStore& served, Call& call) {
  const absl::StatusOr<codec::GetRequest> request = codec::DecodeGetRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (!request->want_etag && !request->want_ttl && !request->touch.has_value()) {
    return served.store.Get(
        request->key, OptionsOf(call),
        [&call, &usage = served.usage](absl::StatusOr<std::optional<absl::Cord>> value) {
          if (!value.ok()) return FinishStoreCall(call, value.status());
          usage.CountRead(value->has_value());
          call.Finish({}, codec::EncodeGetResponse({.value = *std::move(value)}));
        });
  }
  if (absl::Status status = CheckTouch(call, request->touch); !status.ok()) {
    return call.Finish(std::move(status), {});
  }
  const GetOptions get = {
      .want_etag = request->want_etag, .want_ttl = request->want_ttl, .touch = request->touch};
  served.store.GetWith(
      request->key, get, OptionsOf(call),
      [&call, &usage = served.usage](absl::StatusOr<GetResult> result) {
        absl::Cord reply;
        if (result.ok()) {
          usage.CountRead(result->value.has_value());
          reply = codec::EncodeGetResponse(
              {.value = std::move(result->value), .etag = result->etag, .ttl = result->ttl});
        }
        FinishStoreCall(call, result.status(), std::move(reply));
      });
}

void Set(CountedStore& served, Call& call) {
  absl::StatusOr<codec::SetRequest> request = codec::DecodeSetRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  SetOptions set = SetOptionsOf(*request);
  if (DependsOnWhatIsStored(set)) {
    return served.store.SetWith(request->key, std::move(request->value), set, OptionsOf(call),
                                FinishWithBool<&Usage::CountStored>(call, served.usage));
  }
  served.store.Set(request->key, std::move(request->value), request->ttl, OptionsOf(call),
                   [&call, &usage = served.usage](absl::Status status) {
                     absl::Cord reply;
                     if (status.ok()) {
                       usage.CountStored(1);
                       reply = codec::EncodeBoolResponse(true);
                     }
                     FinishStoreCall(call, std::move(status), std::move(reply));
                   });
}

void Delete(CountedStore& served, Call& call) {
  const absl::StatusOr<codec::DeleteRequest> request = codec::DecodeDeleteRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (request->if_etag.has_value()) {
    return served.store.DeleteIf(request->key, *request->if_etag, OptionsOf(call),
                                 FinishWithBool<&Usage::CountDeleted>(call, served.usage));
  }
  served.store.Delete(request->key, OptionsOf(call),
                      FinishWithBool<&Usage::CountDeleted>(call, served.usage));
}

void Exists(CountedStore& served, Call& call) {
  const absl::StatusOr<codec::ExistsRequest> request = codec::DecodeExistsRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (!request->want_ttl && !request->touch.has_value()) {
    return served.store.Exists(request->key, OptionsOf(call), FinishWithBool(call));
  }
  if (absl::Status status = CheckTouch(call, request->touch); !status.ok()) {
    return call.Finish(std::move(status), {});
  }
  const ExistsOptions exists = {.want_ttl = request->want_ttl, .touch = request->touch};
  served.store.ExistsWith(
      request->key, exists, OptionsOf(call), [&call](absl::StatusOr<ExistsResult> result) {
        absl::Cord reply;
        if (result.ok()) {
          reply = codec::EncodeExistsResponse({.exists = result->exists, .ttl = result->ttl});
        }
        FinishStoreCall(call, result.status(), std::move(reply));
      });
}

void Clear(CountedStore& served, Call& call) {
  absl::Status status = codec::DecodeEmpty(call.request());
  if (!status.ok()) return call.Finish(std::move(status), {});
  served.store.Clear(OptionsOf(call), FinishWithStatus(call));
}

void Ping(CountedStore& served, Call& call) {
  absl::Status status = codec::DecodeEmpty(call.request());
  if (!status.ok()) return call.Finish(std::move(status), {});
  served.store.Ping(OptionsOf(call), FinishWithStatus(call));
}

void Close(const std::function<void()>& close, Call& call) {
  absl::Status status = codec::DecodeEmpty(call.request());
  const bool is_valid = status.ok();
  call.Finish(std::move(status), {});
  if (is_valid) close();
}

}  // namespace

MethodTable CacheMethods(Namespaces& stores, std::function<void()> close) {
  const auto method = [&stores](absl::string_view name, Role role,
                                void (*handle)(CountedStore&, Call&)) {
    return Method{.path = absl::StrCat("/cachestore.v1.CacheStore/", name),
                  .audience = Audience::Of(role),
                  .handle = [&stores, handle](Call& call) { handle(stores.StoreOf(call), call); }};
  };
  return {
      method("Get", Role::kRead, Get),
      method("Set", Role::kWrite, Set),
      method("Delete", Role::kWrite, Delete),
      method("Exists", Role::kRead, Exists),
      method("Clear", Role::kAdmin, Clear),
      method("Ping", Role::kRead, Ping),
      {.path = "/cachestore.v1.CacheStore/Close",
       .audience = Audience::Operators(),
       .handle = [close = std::move(close)](Call& call) { Close(close, call); }},
  };
}

}  // namespace cachestore
