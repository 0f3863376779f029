// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_CLIENT_HELD_STORE_H_
#define TESTS_CLIENT_HELD_STORE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/str_cat.h"
#include "stores/cache_store.h"
#include "stores/mutex.h"

namespace cachestore {

// A backend that remembers what it was called, and that can be told to keep calls waiting before it
// passes them on. Thread-safe.
class HeldStore final : public CacheStore {
 public:
  // `store` must outlive this.
  explicit HeldStore(CacheStore& store) : store_(store) {}

  // Keeps those that come from now on.
  void Hold() {
    const MutexLock lock(mutex_);
    is_holding_ = true;
  }

  // Passes on those that were kept; those that come after are still kept.
  void LetGoOnce() {
    for (auto& call : Take()) std::move(call)();
  }

  // The same, and keeps no more.
  void LetGo() {
    {
      const MutexLock lock(mutex_);
      is_holding_ = false;
    }
    LetGoOnce();
  }

  // Returns when so many calls have come, in all.
  void AwaitCalls(size_t count) {
    const MutexLock lock(mutex_);
    while (names_.size() < count) changed_.Wait(mutex_);
  }

  // What has come, in order: `Get`, or of a batch of three, `BatchGet 3`.
  std::vector<std::string> calls() {
    const MutexLock lock(mutex_);
    return names_;
  }

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override {
    Come("Get", [this, key = std::string(key), options, done = std::move(done)]() mutable {
      store_.Get(key, options, std::move(done));
    });
  }
  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    Come("Set", [this, key = std::string(key), value = std::move(value), ttl, options,
                 done = std::move(done)]() mutable {
      store_.Set(key, std::move(value), ttl, options, std::move(done));
    });
  }
  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Come("Delete", [this, key = std::string(key), options, done = std::move(done)]() mutable {
      store_.Delete(key, options, std::move(done));
    });
  }
  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Come("Exists", [this, key = std::string(key), options, done = std::move(done)]() mutable {
      store_.Exists(key, options, std::move(done));
    });
  }
  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override {
    Come(absl::StrCat("BatchGet ", keys.size()),
         [this, keys = Copy(keys), options, done = std::move(done)]() mutable {
           store_.BatchGet(ViewsOf(keys), options, std::move(done));
         });
  }
  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override {
    const size_t size = entries.size();
    std::vector<std::string> keys;
    for (const SetEntry& entry : entries) keys.emplace_back(entry.key);
    Come(absl::StrCat("BatchSet ", size),
         [this, keys = std::move(keys), entries = std::move(entries), options,
          done = std::move(done)]() mutable {
           for (size_t i = 0; i < keys.size(); ++i) entries[i].key = keys[i];
           store_.BatchSet(std::move(entries), options, std::move(done));
         });
  }
  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    Come(absl::StrCat("BatchDelete ", keys.size()),
         [this, keys = Copy(keys), options, done = std::move(done)]() mutable {
           store_.BatchDelete(ViewsOf(keys), options, std::move(done));
         });
  }
  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    Come(absl::StrCat("BatchExists ", keys.size()),
         [this, keys = Copy(keys), options, done = std::move(done)]() mutable {
           store_.BatchExists(ViewsOf(keys), options, std::move(done));
         });
  }
  void Clear(const CallOptions& options, StatusCallback done) override {
    store_.Clear(options, std::move(done));
  }
  void Ping(const CallOptions& options, StatusCallback done) override {
    store_.Ping(options, std::move(done));
  }
  void Close(StatusCallback done) override { std::move(done)(absl::OkStatus()); }

 private:
  using Call = absl::AnyInvocable<void() &&>;

  static std::vector<std::string> Copy(absl::Span<const absl::string_view> keys) {
    return {keys.begin(), keys.end()};
  }
  static std::vector<absl::string_view> ViewsOf(const std::vector<std::string>& keys) {
    return {keys.begin(), keys.end()};
  }

  void Come(std::string name, Call call) {
    {
      const MutexLock lock(mutex_);
      names_.push_back(std::move(name));
      changed_.NotifyAll();
      if (is_holding_) return held_.push_back(std::move(call));
    }
    std::move(call)();
  }

  std::vector<Call> Take() {
    const MutexLock lock(mutex_);
    return std::exchange(held_, {});
  }

  CacheStore& store_;
  Mutex mutex_;
  CondVar changed_;
  bool is_holding_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> names_ ABSL_GUARDED_BY(mutex_);
  std::vector<Call> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // TESTS_CLIENT_HELD_STORE_H_
