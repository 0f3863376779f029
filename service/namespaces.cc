// SPDX-License-Identifier: Apache-2.0
#include "service/namespaces.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "stores/blocking_cache_store.h"

namespace cachestore {
namespace {

// The answers to one ping of several stores.
class Answers {
 public:
  Answers(size_t count, CacheStore::StatusCallback done) : left_(count), done_(std::move(done)) {}

  void Add(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::Status result;
    {
      const MutexLock lock(mutex_);
      result_.Update(status);
      if (--left_ > 0) return;
      result = result_;
    }
    std::move(done_)(std::move(result));
  }

 private:
  Mutex mutex_;
  size_t left_ ABSL_GUARDED_BY(mutex_);
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
  CacheStore::StatusCallback done_;  // Run by who brings the last answer.
};

absl::Status CannotOpen(absl::string_view name, const absl::Status& why) {
  return absl::Status(why.code(),
                      absl::StrCat("the namespace ", name, " cannot be opened: ", why.message()));
}

}  // namespace

CountedStore& Namespaces::StoreOf(const Identity& identity) {
  const MutexLock lock(mutex_);
  return stores_.at(identity.namespace_name).served;
}

absl::Status Namespaces::Open(const CappedNamespaces& namespaces) {
  const absl::StatusOr<CappedNamespaces> missing = Missing(namespaces);
  if (!missing.ok()) return missing.status();
  absl::node_hash_map<std::string, Opened> made;
  for (const auto& [name, caps] : *missing) {
    absl::StatusOr<std::unique_ptr<CacheStore>> store = create_(name, caps);
    if (!store.ok()) return CannotOpen(name, store.status());
    made.try_emplace(name, *std::move(store), caps);
  }
  const MutexLock lock(mutex_);
  stores_.merge(made);
  return absl::OkStatus();
}

absl::StatusOr<CappedNamespaces> Namespaces::Missing(const CappedNamespaces& wanted) const {
  CappedNamespaces missing;
  const MutexLock lock(mutex_);
  for (const auto& [name, caps] : wanted) {
    const auto found = stores_.find(name);
    if (found == stores_.end()) {
      missing.try_emplace(name, caps);
    } else if (found->second.caps != caps) {
      return CannotOpen(name, absl::FailedPreconditionError(
                                  "it keeps its caps until the server ends; restart that to change "
                                  "them"));
    }
  }
  return missing;
}

void Namespaces::Ping(const CallOptions& options, CacheStore::StatusCallback done) {
  if (only_.has_value()) return only_->store.Ping(options, std::move(done));
  const std::vector<CacheStore*> stores = All();
  if (stores.empty()) return std::move(done)(absl::OkStatus());
  const auto answers = std::make_shared<Answers>(stores.size(), std::move(done));
  for (CacheStore* const store : stores) {
    store->Ping(options, [answers](const absl::Status& status) { answers->Add(status); });
  }
}

std::vector<CountedStats> Namespaces::GetStats() const {
  const auto stats_of = [](const std::string& name, const CountedStore& served) {
    return CountedStats{
        .name = name, .store = served.store.GetStats(), .usage = served.usage.Sum()};
  };
  if (only_.has_value()) return {stats_of("", *only_)};
  std::vector<CountedStats> stats;
  const MutexLock lock(mutex_);
  stats.reserve(stores_.size());
  for (const auto& [name, opened] : stores_) stats.push_back(stats_of(name, opened.served));
  return stats;
}

absl::Status Namespaces::Close() {
  absl::Status result;
  for (CacheStore* const store : All()) result.Update(BlockingCacheStore(*store).Close());
  return result;
}

std::vector<CacheStore*> Namespaces::All() const {
  if (only_.has_value()) return {&only_->store};
  std::vector<CacheStore*> stores;
  const MutexLock lock(mutex_);
  stores.reserve(stores_.size());
  for (const auto& [name, opened] : stores_) stores.push_back(opened.store.get());
  return stores;
}

}  // namespace cachestore
