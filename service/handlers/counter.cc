// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/counter.h"

#include <utility>

#include "credentials/role.h"
#include "protos/counter_codec.h"
#include "service/handlers/store_call.h"

namespace cachestore {
namespace {

void Increment(CacheStore& store, Call& call) {
  const absl::StatusOr<codec::IncrementRequest> request =
      codec::DecodeIncrementRequest(call.request());
  if (!request.ok()) return call.Finish(request.status(), {});
  store.Increment(
      request->key, request->delta, request->ttl, OptionsOf(call),
      [&call](absl::StatusOr<IncrementResult> result) {
        absl::Cord reply;
        if (result.ok()) {
          reply = codec::EncodeIncrementResponse({.value = result->value, .ttl = result->ttl});
        }
        FinishStoreCall(call, result.status(), std::move(reply));
      });
}

}  // namespace

MethodTable CounterMethods(Namespaces& stores) {
  return {{.path = "/cachestore.v1.CacheCounter/Increment",
           .audience = Audience::Of(Role::kWrite),
           .handle = [&stores](Call& call) { Increment(stores.StoreOf(call).store, call); }}};
}

}  // namespace cachestore
