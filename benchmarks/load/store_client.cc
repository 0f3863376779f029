// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/store_client.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"

namespace cachestore {
namespace {

class StoreCaller final : public Caller {
 public:
  StoreCaller(const Workload& workload, CallerOwner& owner, CacheStore& store)
      : Caller(workload), owner_(owner), store_(store) {}

  void Start(size_t number) override {
    const std::string& key = workload.Key(number);
    switch (workload.operation()) {
      case LoadOperation::kGetHit:
        workload.WriteValue(number, value);
        return store_.Get(key, {}, [this](const Read& read) {
          End(read.status(), read.ok() && read->has_value() && **read == value);
        });
      case LoadOperation::kGetMiss:
        return store_.Get(key, {}, [this](const Read& read) {
          End(read.status(), read.ok() && !read->has_value());
        });
      case LoadOperation::kSet:
        workload.WriteValue(number, value);
        return store_.Set(key, absl::Cord(value), absl::Hours(1), {},
                          [this](const absl::Status& status) { End(status, true); });
      case LoadOperation::kExists:
        return store_.Exists(key, {}, [this](const absl::StatusOr<bool>& found) {
          End(found.status(), found.ok() && *found);
        });
      case LoadOperation::kDelete:
        return store_.Delete(
            key, {}, [this](const absl::StatusOr<bool>& removed) { End(removed.status(), true); });
    }
  }

 private:
  using Read = absl::StatusOr<std::optional<absl::Cord>>;

  void End(const absl::Status& status, bool right) {
    if (!status.ok()) return owner_.Ended(*this, status.ToString());
    owner_.Ended(*this, right ? "" : "a wrong answer");
  }

  CallerOwner& owner_;
  CacheStore& store_;
};

class StoreClient final : public LoadClient {
 public:
  explicit StoreClient(CacheStore& store) : store_(store) {}

  std::unique_ptr<Caller> NewCaller(const Workload& workload, CallerOwner& owner) override {
    return std::make_unique<StoreCaller>(workload, owner, store_);
  }

 private:
  CacheStore& store_;
};

}  // namespace

std::unique_ptr<LoadClient> NewStoreClient(CacheStore& store) {
  return std::make_unique<StoreClient>(store);
}

}  // namespace cachestore
