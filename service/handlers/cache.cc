// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/cache.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protos/cache_codec.h"

namespace cachestore {
namespace {

CallOptions OptionsOf(const Call& call) { return {.deadline = call.deadline()}; }

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

void Get(CacheStore& store, Call& call) {
  const absl::StatusOr<std::string> key = codec::DecodeKeyRequest(call.request());
  if (!key.ok()) return call.Finish(key.status(), {});
  store.Get(*key, OptionsOf(call), [&call](absl::StatusOr<std::optional<absl::Cord>> value) {
    absl::Cord reply;
    if (value.ok()) reply = codec::EncodeGetResponse(*value);
    call.Finish(value.status(), std::move(reply));
  });
}

void Set(CacheStore& store, Call& call) {
  absl::StatusOr<codec::SetRequest> request = codec::DecodeSetRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  store.Set(request->key, std::move(request->value), request->ttl, OptionsOf(call),
            FinishWithStatus(call));
}

void Delete(CacheStore& store, Call& call) {
  const absl::StatusOr<std::string> key = codec::DecodeKeyRequest(call.request());
  if (!key.ok()) return call.Finish(key.status(), {});
  store.Delete(*key, OptionsOf(call), FinishWithBool(call));
}

void Exists(CacheStore& store, Call& call) {
  const absl::StatusOr<std::string> key = codec::DecodeKeyRequest(call.request());
  if (!key.ok()) return call.Finish(key.status(), {});
  store.Exists(*key, OptionsOf(call), FinishWithBool(call));
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

MethodTable CacheMethods(CacheStore& store, std::function<void()> close) {
  const auto method = [&store](absl::string_view name, void (*handle)(CacheStore&, Call&)) {
    return Method{.path = absl::StrCat("/cachestore.v1.CacheStore/", name),
                  .handle = [&store, handle](Call& call) { handle(store, call); }};
  };
  return {
      method("Get", Get),
      method("Set", Set),
      method("Delete", Delete),
      method("Exists", Exists),
      method("Clear", Clear),
      method("Ping", Ping),
      {.path = "/cachestore.v1.CacheStore/Close",
       .handle = [close = std::move(close)](Call& call) { Close(close, call); },
       .audience = Method::Audience::kOperators},
  };
}

}  // namespace cachestore
