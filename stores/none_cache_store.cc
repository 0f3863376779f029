// SPDX-License-Identifier: Apache-2.0
#include "stores/none_cache_store.h"

#include <optional>
#include <utility>
#include <vector>

#include "stores/call_gate.h"
#include "stores/completion.h"

namespace cachestore {
namespace {

class NoneCacheStore final : public CacheStore {
 public:
  explicit NoneCacheStore(const Limits& limits) : limits_(limits) {}

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override {
    Answer(options, done, CheckKey(key, limits_), [] { return std::optional<absl::Cord>(); });
  }

  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    Completion::Answer(gate_, options, done,
                       [&] { return CheckSet(key, value.size(), {.ttl = ttl}, limits_).status(); });
  }

  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Answer(options, done, CheckKey(key, limits_), [] { return false; });
  }

  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Delete(key, options, std::move(done));
  }

  void Clear(const CallOptions& options, StatusCallback done) override {
    Ping(options, std::move(done));
  }

  void Ping(const CallOptions& options, StatusCallback done) override {
    Completion::Answer(gate_, options, done, [] { return absl::OkStatus(); });
  }

  void Close(StatusCallback done) override {
    gate_.Close([done = std::move(done)]() mutable { Completion::RunClosed(done); });
  }

  void GetWith(absl::string_view key, const GetOptions& get, const CallOptions& options,
               GetResultCallback done) override {
    Answer(options, done, CheckRead(key, get.touch), [] { return GetResult(); });
  }

  void ExistsWith(absl::string_view key, const ExistsOptions& exists, const CallOptions& options,
                  ExistsResultCallback done) override {
    Answer(options, done, CheckRead(key, exists.touch), [] { return ExistsResult(); });
  }

  void SetWith(absl::string_view key, absl::Cord value, const SetOptions& set,
               const CallOptions& options, BoolCallback done) override {
    Answer(options, done, CheckSet(key, value.size(), set, limits_).status(),
           [&] { return Stores(set.condition); });
  }

  void DeleteIf(absl::string_view key, absl::string_view etag, const CallOptions& options,
                BoolCallback done) override {
    absl::Status status = CheckKey(key, limits_);
    if (status.ok()) status = CheckEtag(etag);
    Answer(options, done, std::move(status), [] { return false; });
  }

  void Increment(absl::string_view key, int64_t /*delta*/, std::optional<absl::Duration> ttl,
                 const CallOptions& options, IncrementCallback done) override {
    absl::Status status = CheckSet(key, 0, {.ttl = ttl}, limits_).status();
    Answer(options, done, std::move(status), []() -> absl::StatusOr<IncrementResult> {
      return absl::UnimplementedError(
          "caching is off, so nothing can be counted; choose a backend (memory, redis or remote)");
    });
  }

  void BatchGet(absl::Span<const absl::string_view> keys, const CallOptions& options,
                BatchGetCallback done) override {
    Answer(options, done, CheckKeys(keys, limits_),
           [&] { return BatchGetResults(keys.size(), std::optional<absl::Cord>()); });
  }

  void BatchSet(std::vector<SetEntry> entries, const CallOptions& options,
                BatchBoolCallback done) override {
    Answer(options, done, CheckEntries(entries, limits_).status(), [&] {
      BatchBoolResults results;
      results.reserve(entries.size());
      for (const SetEntry& entry : entries) results.emplace_back(Stores(entry.options.condition));
      return results;
    });
  }

  void BatchDelete(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    Answer(options, done, CheckKeys(keys, limits_),
           [&] { return BatchBoolResults(keys.size(), false); });
  }

  void BatchExists(absl::Span<const absl::string_view> keys, const CallOptions& options,
                   BatchBoolCallback done) override {
    BatchDelete(keys, options, std::move(done));
  }

 private:
  // Whether a Set under this condition is accepted, where nothing is ever there.
  static bool Stores(const SetCondition& condition) {
    return condition.kind() == SetCondition::Kind::kNone ||
           condition.kind() == SetCondition::Kind::kIfAbsent;
  }

  absl::Status CheckRead(absl::string_view key, std::optional<absl::Duration> touch) const {
    absl::Status status = CheckKey(key, limits_);
    return status.ok() ? CheckTouchMillis(touch, limits_).status() : status;
  }

  // Ends a call with what `make` gives, or with `checked` if its arguments were refused.
  template <typename Result, typename Make>
  void Answer(const CallOptions& options, absl::AnyInvocable<void(absl::StatusOr<Result>) &&>& done,
              absl::Status checked, Make make) {
    Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<Result> {
      if (!checked.ok()) return std::move(checked);
      return make();
    });
  }

  const Limits limits_;
  CallGate gate_;
};

}  // namespace

std::unique_ptr<CacheStore> CreateNoneCacheStore(const Limits& limits) {
  return std::make_unique<NoneCacheStore>(limits);
}

}  // namespace cachestore
