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
    Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<std::optional<absl::Cord>> {
      if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
      return std::nullopt;
    });
  }

  void Set(absl::string_view key, absl::Cord value, std::optional<absl::Duration> ttl,
           const CallOptions& options, StatusCallback done) override {
    Completion::Answer(gate_, options, done, [&] {
      absl::Status status = CheckKey(key, limits_);
      if (status.ok()) status = CheckValueSize(value.size(), limits_);
      return status.ok() ? CheckTtlMillis(ttl, limits_).status() : status;
    });
  }

  void Delete(absl::string_view key, const CallOptions& options, BoolCallback done) override {
    Completion::Answer(gate_, options, done, [&]() -> absl::StatusOr<bool> {
      if (absl::Status status = CheckKey(key, limits_); !status.ok()) return status;
      return false;
    });
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

 private:
  const Limits limits_;
  CallGate gate_;
};

}  // namespace

std::unique_ptr<CacheStore> CreateNoneCacheStore(const Limits& limits) {
  return std::make_unique<NoneCacheStore>(limits);
}

}  // namespace cachestore
