// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_NAMESPACES_H_
#define SERVICE_NAMESPACES_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/access/namespace_caps.h"
#include "service/door/call.h"
#include "service/usage.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"
#include "stores/store_stats.h"

namespace cachestore {

// A store, and what callers make of it.
struct CountedStore {
  explicit CountedStore(CacheStore& served) : store(served) {}

  CacheStore& store;
  Usage usage;
};

// What is known of one.
struct CountedStats {
  std::string name;  // Of its namespace; empty where there is one store for everybody.
  StoreStats store;
  UsageCounts usage;
};

// Which store a call is for: the only one, or, with access control, the one of its caller's
// namespace. A namespace that was opened stays until this is destroyed, also when nobody is of it
// any more: its entries are there again when somebody is. Thread-safe.
class Namespaces {
 public:
  // Makes the store of a namespace, which holds as much as `caps` say.
  using Create = std::function<absl::StatusOr<std::unique_ptr<CacheStore>>(
      absl::string_view name, const NamespaceCaps& caps)>;

  // One store, which must outlive this, for every call.
  explicit Namespaces(CacheStore& only) : only_(std::in_place, only) {}

  // A store for each namespace. None is there until it is opened.
  explicit Namespaces(Create create) : create_(std::move(create)) {}

  // That of a call; lives as long as this. With a store for each namespace, the call has an
  // identity, and its namespace is open. O(1).
  CountedStore& StoreOf(const ArrivedCall& call) {
    if (only_.has_value()) return *only_;
    return StoreOf(*call.identity());
  }

  // Makes the stores of namespaces that are not there already; all of them or none. An error names
  // the namespace: that of `create`, or FAILED_PRECONDITION if it is there with other caps: a store
  // keeps those it was made with. By one thread at a time.
  absl::Status Open(const CappedNamespaces& namespaces) ABSL_LOCKS_EXCLUDED(mutex_);

  // Pings every store; ends as soon as all have answered, with the error of one if there is one.
  void Ping(const CallOptions& options, CacheStore::StatusCallback done);

  // What is known of every store, by the names of their namespaces.
  std::vector<CountedStats> GetStats() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Closes every store, and waits for them. Returns the first error.
  absl::Status Close();

 private:
  CountedStore& StoreOf(const Identity& identity) ABSL_LOCKS_EXCLUDED(mutex_);
  // Those of `wanted` that are not there.
  absl::StatusOr<CappedNamespaces> Missing(const CappedNamespaces& wanted) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<CacheStore*> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  std::optional<CountedStore> only_;  // Not with a store for each namespace.
  const Create create_;

  struct Opened {
    Opened(std::unique_ptr<CacheStore> made, const NamespaceCaps& caps_of_it)
        : store(std::move(made)), caps(caps_of_it), served(*store) {}

    const std::unique_ptr<CacheStore> store;
    const NamespaceCaps caps;
    CountedStore served;
  };

  mutable Mutex mutex_;
  absl::node_hash_map<std::string, Opened> stores_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // SERVICE_NAMESPACES_H_
