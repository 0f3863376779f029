// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/cache.h"

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
  return [&call](absl::Status status) { call.Finish(std::move(status), {}); };
}

CacheStore::BoolCallback FinishWithBool(Call& call) {
  return [&call](absl::StatusOr<bool> result) {
    absl::Cord reply;
    if (result.ok()) reply = codec::EncodeBoolResponse(*result);
    call.Finish(result.status(), std::move(reply));
  };
}

// A touch is a write: it changes when an entry expires.
absl::Status CheckTouch(const Call& call, const std::optional<absl::Duration>& touch) {
  if (call.identity() == nullptr || !touch.has_value()) return absl::OkStatus();
  return CheckRole(*call.identity(), Role::kWrite, "touch");
}

void Get(CacheStore& store, Call& call) {
  const absl::StatusOr<codec::GetRequest> request = codec::DecodeGetRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (!request->want_etag && !request->want_ttl && !request->touch.has_value()) {
    return store.Get(request->key, OptionsOf(call),
                     [&call](absl::StatusOr<std::optional<absl::Cord>> value) {
                       if (!value.ok()) return call.Finish(value.status(), {});
                       call.Finish({}, codec::EncodeGetResponse({.value = *std::move(value)}));
                     });
  }
  if (absl::Status status = CheckTouch(call, request->touch); !status.ok()) {
    return call.Finish(std::move(status), {});
  }
  const GetOptions get = {
      .want_etag = request->want_etag, .want_ttl = request->want_ttl, .touch = request->touch};
  store.GetWith(request->key, get, OptionsOf(call), [&call](absl::StatusOr<GetResult> result) {
    absl::Cord reply;
    if (result.ok()) {
      reply = codec::EncodeGetResponse(
          {.value = std::move(result->value), .etag = result->etag, .ttl = result->ttl});
    }
    call.Finish(result.status(), std::move(reply));
  });
}

void Set(CacheStore& store, Call& call) {
  absl::StatusOr<codec::SetRequest> request = codec::DecodeSetRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  SetOptions set = SetOptionsOf(*request);
  if (DependsOnWhatIsStored(set)) {
    return store.SetWith(request->key, std::move(request->value), set, OptionsOf(call),
                         FinishWithBool(call));
  }
  store.Set(request->key, std::move(request->value), request->ttl, OptionsOf(call),
            [&call](absl::Status status) {
              absl::Cord reply;
              if (status.ok()) reply = codec::EncodeBoolResponse(true);
              call.Finish(std::move(status), std::move(reply));
            });
}

void Delete(CacheStore& store, Call& call) {
  const absl::StatusOr<codec::DeleteRequest> request = codec::DecodeDeleteRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (request->if_etag.has_value()) {
    return store.DeleteIf(request->key, *request->if_etag, OptionsOf(call), FinishWithBool(call));
  }
  store.Delete(request->key, OptionsOf(call), FinishWithBool(call));
}

void Exists(CacheStore& store, Call& call) {
  const absl::StatusOr<codec::ExistsRequest> request = codec::DecodeExistsRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  if (!request->want_ttl && !request->touch.has_value()) {
    return store.Exists(request->key, OptionsOf(call), FinishWithBool(call));
  }
  if (absl::Status status = CheckTouch(call, request->touch); !status.ok()) {
    return call.Finish(std::move(status), {});
  }
  const ExistsOptions exists = {.want_ttl = request->want_ttl, .touch = request->touch};
  store.ExistsWith(
      request->key, exists, OptionsOf(call), [&call](absl::StatusOr<ExistsResult> result) {
        absl::Cord reply;
        if (result.ok()) {
          reply = codec::EncodeExistsResponse({.exists = result->exists, .ttl = result->ttl});
        }
        call.Finish(result.status(), std::move(reply));
      });
}

void Clear(CacheStore& store, Call& call) {
  absl::Status status = codec::DecodeEmpty(call.request());
  if (!status.ok()) return call.Finish(std::move(status), {});
  store.Clear(OptionsOf(call), FinishWithStatus(call));
}

void Ping(CacheStore& store, Call& call) {
  absl::Status status = codec::DecodeEmpty(call.request());
  if (!status.ok()) return call.Finish(std::move(status), {});
  store.Ping(OptionsOf(call), FinishWithStatus(call));
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
                                void (*handle)(CacheStore&, Call&)) {
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
