// SPDX-License-Identifier: Apache-2.0

// What a store does that has the seven operations only.
#include "stores/cache_store.h"

#include <atomic>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "stores/batch_item.h"
#include "stores/etag.h"
#include "stores/store_stats.h"

namespace cachestore {
namespace {

absl::Status Unimplemented(absl::string_view what) {
  return absl::UnimplementedError(absl::StrCat("this store cannot ", what));
}

// Collects the results of single calls into that of a batch.
template <typename Result>
class Gathering {
 public:
  using Results = std::vector<absl::StatusOr<Result>>;
  using Done = absl::AnyInvocable<void(absl::StatusOr<Results>) &&>;

  Gathering(BatchField field, size_t size, Done done)
      : field_(field),
        results_(size, absl::StatusOr<Result>(absl::UnknownError("no answer"))),
        missing_(size),
        done_(std::move(done)) {}

  // The callback of the call for item `index`. What it is made from lives until all have run.
  static auto CallbackOf(const std::shared_ptr<Gathering>& gathering, size_t index) {
    return [gathering, index](absl::StatusOr<Result> result) {
      gathering->results_[index] = std::move(result);
      if (gathering->missing_.fetch_sub(1) == 1) gathering->Finish();
    };
  }

 private:
  void Finish() {
    for (size_t i = 0; i < results_.size(); ++i) {
      const absl::Status& status = results_[i].status();
      if (absl::IsInvalidArgument(status)) return std::move(done_)(InvalidItem(field_, i, status));
    }
    absl::Status status = StatusOfItems(results_);
    if (!status.ok()) return std::move(done_)(std::move(status));
    std::move(done_)(std::move(results_));
  }

  const BatchField field_;
  Results results_;
  std::atomic<size_t> missing_;
  Done done_;
};

// A batch of `size` calls: `start(index, callback)` begins each.
template <typename Result, typename Start>
void FanOut(BatchField field, size_t size, typename Gathering<Result>::Done done, Start start) {
  absl::Status status = CheckBatchSize(field, size, std::numeric_limits<size_t>::max());
  if (!status.ok()) return std::move(done)(std::move(status));
  const auto gathering = std::make_shared<Gathering<Result>>(field, size, std::move(done));
  for (size_t i = 0; i < size; ++i) start(i, Gathering<Result>::CallbackOf(gathering, i));
}

}  // namespace

void CacheStore::GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
                         GetResultCallback done) {
  if (get.want_ttl || get.touch.has_value()) {
    return std::move(done)(Unimplemented("tell or change the TTL of an entry"));
  }
  const bool want_etag = get.want_etag;
  Get(key, options,
      [want_etag, done = std::move(done)](absl::StatusOr<std::optional<absl::Cord>> value) mutable {
        if (!value.ok()) return std::move(done)(value.status());
        GetResult result = {.value = *std::move(value)};
        if (want_etag && result.value.has_value()) result.etag = EtagOf(*result.value);
        std::move(done)(std::move(result));
      });
}

void CacheStore::ExistsWith(absl::string_view key, const ExistsOptions& exists,
                            const CallOptions& options, ExistsResultCallback done) {
  if (exists.want_ttl || exists.touch.has_value()) {
    return std::move(done)(Unimplemented("tell or change the TTL of an entry"));
  }
  Exists(key, options, [done = std::move(done)](absl::StatusOr<bool> found) mutable {
    if (!found.ok()) return std::move(done)(found.status());
    std::move(done)(ExistsResult{.exists = *found});
  });
}

void CacheStore::SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
                         const CallOptions& options, BoolCallback done) {
  if (DependsOnWhatIsStored(set)) {
    return std::move(done)(Unimplemented("make a Set depend on what is stored"));
  }
  Set(key, std::move(value), set.ttl, options,
      [done = std::move(done)](absl::Status status) mutable {
        if (!status.ok()) return std::move(done)(std::move(status));
        std::move(done)(true);
      });
}

void CacheStore::DeleteIf(absl::string_view /*key*/, absl::string_view /*etag*/,
                          const CallOptions& /*options*/, BoolCallback done) {
  std::move(done)(Unimplemented("make a Delete depend on what is stored"));
}

void CacheStore::Increment(absl::string_view /*key*/, int64_t /*delta*/,
                           std::optional<absl::Duration> /*ttl*/, const CallOptions& /*options*/,
                           IncrementCallback done) {
  std::move(done)(Unimplemented("count"));
}

void CacheStore::BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                          BatchGetCallback done) {
  FanOut<std::optional<absl::Cord>>(
      BatchField::kKeys, keys.size(), std::move(done),
      [&](size_t i, GetCallback one_done) { Get(keys[i], options, std::move(one_done)); });
}

void CacheStore::BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                          BatchBoolCallback done) {
  FanOut<bool>(
      BatchField::kEntries, entries.size(), std::move(done), [&](size_t i, BoolCallback one_done) {
        SetEntry& entry = entries[i];
        SetWith(entry.key, std::move(entry.value), entry.options, options, std::move(one_done));
      });
}

void CacheStore::BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                             BatchBoolCallback done) {
  FanOut<bool>(
      BatchField::kKeys, keys.size(), std::move(done),
      [&](size_t i, BoolCallback one_done) { Delete(keys[i], options, std::move(one_done)); });
}

void CacheStore::BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                             BatchBoolCallback done) {
  FanOut<bool>(
      BatchField::kKeys, keys.size(), std::move(done),
      [&](size_t i, BoolCallback one_done) { Exists(keys[i], options, std::move(one_done)); });
}

StoreStats CacheStore::GetStats() const { return {}; }

}  // namespace cachestore
