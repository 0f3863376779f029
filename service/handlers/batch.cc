// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/batch.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "protos/batch_codec.h"
#include "service/handlers/store_call.h"

namespace cachestore {
namespace {

absl::Status CheckSize(const Call& call, size_t max_batch_bytes) {
  const size_t bytes = call.request().size();
  if (bytes <= max_batch_bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("request: is ", bytes, " bytes; the limit is ",
                                                 max_batch_bytes,
                                                 " bytes (max_batch_bytes): split the batch"));
}

CacheStore::BatchBoolCallback FinishWithBools(Call& call) {
  return [&call](const absl::StatusOr<BatchBoolResults>& results) {
    absl::Cord reply;
    if (results.ok()) reply = codec::EncodeBatchBoolResponse(*results);
    call.Finish(results.status(), std::move(reply));
  };
}

// Gives `start` the keys that a call asks for; they live as long as that runs.
template <typename Start>
void WithKeys(Call& call, size_t max_batch_bytes, Start start) {
  absl::Status status = CheckSize(call, max_batch_bytes);
  if (!status.ok()) return call.Finish(std::move(status), {});
  absl::Cord request = call.request();
  const absl::StatusOr<std::vector<absl::string_view>> keys =
      codec::DecodeBatchKeysRequest(request);
  if (!keys.ok()) return call.Finish(keys.status(), {});
  start(*keys);
}

void BatchGet(CacheStore& store, size_t max_batch_bytes, Call& call) {
  WithKeys(call, max_batch_bytes, [&](const std::vector<absl::string_view>& keys) {
    store.BatchGet(keys, OptionsOf(call),
                   [&call, max_batch_bytes](const absl::StatusOr<BatchGetResults>& results) {
                     absl::Cord reply;
                     if (results.ok()) {
                       reply = codec::EncodeBatchGetResponse(*results, max_batch_bytes);
                     }
                     call.Finish(results.status(), std::move(reply));
                   });
  });
}

void BatchSet(CacheStore& store, size_t max_batch_bytes, Call& call) {
  absl::Status status = CheckSize(call, max_batch_bytes);
  if (!status.ok()) return call.Finish(std::move(status), {});
  absl::StatusOr<std::vector<codec::SetRequest>> requests =
      codec::DecodeBatchSetRequest(call.request());
  if (!requests.ok()) return call.Finish(requests.status(), {});
  std::vector<SetEntry> entries;
  entries.reserve(requests->size());
  for (codec::SetRequest& request : *requests) {
    entries.push_back(
        {.key = request.key, .value = std::move(request.value), .options = SetOptionsOf(request)});
  }
  store.BatchSet(std::move(entries), OptionsOf(call), FinishWithBools(call));
}

void BatchDelete(CacheStore& store, size_t max_batch_bytes, Call& call) {
  WithKeys(call, max_batch_bytes, [&](const std::vector<absl::string_view>& keys) {
    store.BatchDelete(keys, OptionsOf(call), FinishWithBools(call));
  });
}

void BatchExists(CacheStore& store, size_t max_batch_bytes, Call& call) {
  WithKeys(call, max_batch_bytes, [&](const std::vector<absl::string_view>& keys) {
    store.BatchExists(keys, OptionsOf(call), FinishWithBools(call));
  });
}

}  // namespace

MethodTable BatchMethods(CacheStore& store, size_t max_batch_bytes) {
  const auto method = [&store, max_batch_bytes](
                          absl::string_view name,
                          void (*handle)(CacheStore&, size_t max_batch_bytes, Call&)) {
    return Method{.path = absl::StrCat("/cachestore.v1.CacheBatch/", name),
                  .handle = [&store, max_batch_bytes, handle](Call& call) {
                    handle(store, max_batch_bytes, call);
                  }};
  };
  return {
      method("BatchGet", BatchGet),
      method("BatchSet", BatchSet),
      method("BatchDelete", BatchDelete),
      method("BatchExists", BatchExists),
  };
}

}  // namespace cachestore
