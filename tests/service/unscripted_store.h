// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_UNSCRIPTED_STORE_H_
#define TESTS_SERVICE_UNSCRIPTED_STORE_H_

#include <optional>
#include <utility>

#include "stores/cache_store.h"

namespace cachestore {

// A store that fails whatever it is asked, for tests to derive what they script from.
class UnscriptedStore : public CacheStore {
 public:
  void Get(absl::string_view /*key*/, const CallOptions& /*options*/, GetCallback done) override {
    std::move(done)(NotInTheScript());
  }
  void Set(absl::string_view /*key*/, absl::Cord /*value*/, std::optional<absl::Duration> /*ttl*/,
           const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(NotInTheScript());
  }
  void Delete(absl::string_view /*key*/, const CallOptions& /*options*/,
              BoolCallback done) override {
    std::move(done)(NotInTheScript());
  }
  void Exists(absl::string_view /*key*/, const CallOptions& /*options*/,
              BoolCallback done) override {
    std::move(done)(NotInTheScript());
  }
  void Clear(const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(NotInTheScript());
  }
  void Ping(const CallOptions& /*options*/, StatusCallback done) override {
    std::move(done)(absl::OkStatus());
  }
  void Close(StatusCallback done) override { std::move(done)(absl::OkStatus()); }

 private:
  static absl::Status NotInTheScript() { return absl::UnimplementedError("not in the script"); }
};

}  // namespace cachestore

#endif  // TESTS_SERVICE_UNSCRIPTED_STORE_H_
