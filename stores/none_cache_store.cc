// SPDX-License-Identifier: Apache-2.0
#include "stores/none_cache_store.h"

#include <utility>

#include "stores/call_gate.h"
#include "stores/completion.h"

namespace cachestore {
namespace {

class NoneCacheStore final : public CacheStore {
 public:
  explicit NoneCacheStore(const Limits& limits) : limits_(limits) {}

  void Get(absl::string_view key, const CallOptions& options, GetCallback done) override {
    Answer<absl::StatusOr<std::optional<absl::Cord>>>(
        options, [&] { return CheckKey(key, limits_); }, std::move(done), std::nullopt);
  }

  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    const auto check = [&] {
      absl::Status status = CheckKey(key, limits_);
      if (status.ok()) status = CheckValueSize(value.size(), limits_);
      if (status.ok()) status = CheckTtlMillis(ttl, limits_).status();
      return status;
    };
    Answer<absl::Status>(options, check, std::move(done), absl::OkStatus());
  }

  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Answer<absl::StatusOr<bool>>(
        options, [&] { return CheckKey(key, limits_); }, std::move(done), false);
  }

  void Exists(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Delete(key, options, std::move(done));
  }

  void Clear(const CallOptions& options, StatusCallback done) override {
    Ping(options, std::move(done));
  }

  void Ping(const CallOptions& options, StatusCallback done) override {
    Answer<absl::Status>(
        options, [] { return absl::OkStatus(); }, std::move(done), absl::OkStatus());
  }

  void Close(StatusCallback done) override {
    gate_.Close([done = std::move(done)]() mutable { Completion::Run(done, absl::OkStatus()); });
  }

 private:
  // Ends a call: refused if the store is closed, the deadline has passed, or `check` says so.
  template <typename Result, typename Check, typename Callback>
  void Answer(const CallOptions& options, Check check, Callback done, Result result) {
    CallGate::Pass pass = gate_.Enter();
    absl::Status status = pass ? CheckDeadline(options) : ClosedError();
    if (status.ok()) status = check();
    if (!status.ok()) result = std::move(status);
    Completion::Run(pass, done, result);
  }

  const Limits limits_;
  CallGate gate_;
};

}  // namespace

std::unique_ptr<CacheStore> CreateNoneCacheStore(const Limits& limits) {
  return std::make_unique<NoneCacheStore>(limits);
}

}  // namespace cachestore
