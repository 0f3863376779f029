// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/operations.h"

#include <optional>
#include <utility>

namespace cachestore {

const std::vector<Operation>& OperationsWithKey() {
  static const auto& operations = *new std::vector<Operation>{
      {"Get",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Get(key, options, [done = std::move(done)](auto result) mutable {
           std::move(done)(result.status());
         });
       }},
      {"Set",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Set(key, absl::Cord("value"), std::nullopt, options, std::move(done));
       }},
      {"Delete",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Delete(key, options, [done = std::move(done)](absl::StatusOr<bool> result) mutable {
           std::move(done)(result.status());
         });
       }},
      {"Exists",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Exists(key, options, [done = std::move(done)](absl::StatusOr<bool> result) mutable {
           std::move(done)(result.status());
         });
       }},
  };
  return operations;
}

const std::vector<Operation>& AllOperations() {
  static const auto& operations = *[] {
    auto* all = new std::vector<Operation>(OperationsWithKey());
    all->push_back(
        {"Clear", [](CacheStore& store, absl::string_view, const CallOptions& options,
                     CacheStore::StatusCallback done) { store.Clear(options, std::move(done)); }});
    all->push_back(
        {"Ping", [](CacheStore& store, absl::string_view, const CallOptions& options,
                    CacheStore::StatusCallback done) { store.Ping(options, std::move(done)); }});
    return all;
  }();
  return operations;
}

}  // namespace cachestore
