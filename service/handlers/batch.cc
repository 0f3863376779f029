// SPDX-License-Identifier: Apache-2.0
#include "service/handlers/batch.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "credentials/role.h"
#include "protos/batch_codec.h"
#include "service/handlers/store_call.h"
#include "stores/batch_item.h"

namespace cachestore {
namespace {

// Before there is memory for its items: an item may take two bytes of a message.
absl::Status CheckSize(const Call& call, BatchField field, const BatchLimits& limits) {
  const size_t bytes = call.request().size();
  if (bytes > limits.max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("request: is ", bytes, " bytes; the limit is ",
                                                   limits.max_bytes,
                                                   " bytes (max_batch_bytes): split the batch"));
  }
  return CheckBatchSize(field, codec::CountBatchItems(call.request()), limits.max_keys);
}

CacheStore::BatchBoolCallback FinishWithBools(Call& call) {
  return [&call](absl::StatusOr<BatchBoolResults> results) {
    absl::Cord reply;
    if (results.ok()) {
      TellCallers(*results);
      reply = codec::EncodeBatchBoolResponse(*results);
    }
    FinishStoreCall(call, results.status(), std::move(reply));
  };
}

// The same, and lets `count` count those that were true.
template <void (Usage::*count)(uint64_t entries)>
CacheStore::BatchBoolCallback FinishWithBools(Call& call, Usage& usage) {
  return [&call, &usage](absl::StatusOr<BatchBoolResults> results) {
    if (results.ok()) {
      const auto is_true = [](const absl::StatusOr<bool>& result) {
        return result.ok() && *result;
      };
      (usage.*count)(static_cast<uint64_t>(std::ranges::count_if(*results, is_true)));
    }
    FinishWithBools(call)(std::move(results));
  };
}

void CountReads(const BatchGetResults& results, Usage& usage) {
  uint64_t hits = 0;
  uint64_t misses = 0;
  for (const auto& result : results) {
    if (result.ok()) ++(result->has_value() ? hits : misses);
  }
  usage.CountReads(hits, misses);
}

// Gives `start` the keys that a call asks for; they live as long as that runs.
template <typename Start>
void WithKeys(Call& call, const BatchLimits& limits, Start start) {
  absl::Status status = CheckSize(call, BatchField::kKeys, limits);
  if (!status.ok()) return call.Finish(std::move(status), {});
  absl::Cord request = call.request();
  const absl::StatusOr<std::vector<absl::string_view>> keys =
      codec::DecodeBatchKeysRequest(request);
  if (!keys.ok()) return call.Finish(keys.status(), {});
  start(*keys);
}

void BatchGet(CountedStore& served, const BatchLimits& limits, Call& call) {
  WithKeys(call, limits, [&](const std::vector<absl::string_view>& keys) {
    served.store.BatchGet(keys, OptionsOf(call),
                          [&call, &usage = served.usage,
                           max_bytes = limits.max_bytes](absl::StatusOr<BatchGetResults> results) {
                            absl::Cord reply;
                            if (results.ok()) {
                              CountReads(*results, usage);
                              TellCallers(*results);
                              reply = codec::EncodeBatchGetResponse(*results, max_bytes);
                            }
                            FinishStoreCall(call, results.status(), std::move(reply));
                          });
  });
}

void BatchSet(CountedStore& served, const BatchLimits& limits, Call& call) {
  absl::Status status = CheckSize(call, BatchField::kEntries, limits);
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
  served.store.BatchSet(std::move(entries), OptionsOf(call),
                        FinishWithBools<&Usage::CountStored>(call, served.usage));
}

void BatchDelete(CountedStore& served, const BatchLimits& limits, Call& call) {
  WithKeys(call, limits, [&](const std::vector<absl::string_view>& keys) {
    served.store.BatchDelete(keys, OptionsOf(call),
                             FinishWithBools<&Usage::CountDeleted>(call, served.usage));
  });
}

void BatchExists(CountedStore& served, const BatchLimits& limits, Call& call) {
  WithKeys(call, limits, [&](const std::vector<absl::string_view>& keys) {
    served.store.BatchExists(keys, OptionsOf(call), FinishWithBools(call));
  });
}

}  // namespace

MethodTable BatchMethods(Namespaces& stores, const BatchLimits& limits) {
  const auto method = [&stores, limits](absl::string_view name, Role role,
                                        void (*handle)(CountedStore&, const BatchLimits&, Call&)) {
    return Method{.path = absl::StrCat("/cachestore.v1.CacheBatch/", name),
                  .audience = Audience::Of(role),
                  .handle = [&stores, limits, handle](Call& call) {
                    handle(stores.StoreOf(call), limits, call);
                  }};
  };
  return {
      method("BatchGet", Role::kRead, BatchGet),
      method("BatchSet", Role::kWrite, BatchSet),
      method("BatchDelete", Role::kWrite, BatchDelete),
      method("BatchExists", Role::kRead, BatchExists),
  };
}

}  // namespace cachestore
