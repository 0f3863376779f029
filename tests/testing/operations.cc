// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/operations.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace cachestore {
namespace {

// A callback for any result that tells `done` its status.
auto TellStatus(CacheStore::StatusCallback done) {
  return [done = std::move(done)](auto result) mutable { std::move(done)(result.status()); };
}

// The same for a batch of one. That its item alone fails is how no call should end.
auto TellBatchStatus(CacheStore::StatusCallback done) {
  return [done = std::move(done)](auto results) mutable {
    if (!results.ok()) return std::move(done)(results.status());
    if (results->size() != 1) return std::move(done)(absl::UnknownError("not one result"));
    const absl::Status& item = results->front().status();
    std::move(done)(
        item.ok() ? item
                  : absl::UnknownError(absl::StrCat("OK, but its item is ", item.ToString())));
  };
}

// Numbers are kept apart from what the other operations store, under a key of the same size.
std::string CounterKeyOf(absl::string_view key) {
  std::string counter_key(key);
  if (!counter_key.empty()) counter_key[0] = static_cast<char>(counter_key[0] ^ 0x80);
  return counter_key;
}

std::vector<Operation> OfTheSeven() {
  return {
      {"Get", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Get(key, options, TellStatus(std::move(done)));
       }},
      {"Set", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Set(key, absl::Cord("value"), std::nullopt, options, std::move(done));
       }},
      {"Delete", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Delete(key, options, TellStatus(std::move(done)));
       }},
      {"Exists", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Exists(key, options, TellStatus(std::move(done)));
       }},
  };
}

std::vector<Operation> WithOptions() {
  return {
      {"GetWith", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.GetWith(key, {.want_etag = true, .want_ttl = true, .touch = absl::Minutes(1)},
                       options, TellStatus(std::move(done)));
       }},
      {"ExistsWith", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.ExistsWith(key, {.want_ttl = true, .touch = absl::Minutes(1)}, options,
                          TellStatus(std::move(done)));
       }},
      {"SetWith", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.SetWith(key, absl::Cord("value"), {.condition = SetCondition::IfAbsent()}, options,
                       TellStatus(std::move(done)));
       }},
      {"DeleteIf", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.DeleteIf(key, std::string(kEtagBytes, 'e'), options, TellStatus(std::move(done)));
       }},
      {"Increment", "key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.Increment(CounterKeyOf(key), 1, std::nullopt, options, TellStatus(std::move(done)));
       }},
  };
}

std::vector<Operation> Batches() {
  return {
      {"BatchGet", "keys[0]",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.BatchGet({key}, options, TellBatchStatus(std::move(done)));
       }},
      {"BatchSet", "entries[0].key",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.BatchSet({{.key = key, .value = absl::Cord("value")}}, options,
                        TellBatchStatus(std::move(done)));
       }},
      {"BatchDelete", "keys[0]",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.BatchDelete({key}, options, TellBatchStatus(std::move(done)));
       }},
      {"BatchExists", "keys[0]",
       [](CacheStore& store, absl::string_view key, const CallOptions& options,
          CacheStore::StatusCallback done) {
         store.BatchExists({key}, options, TellBatchStatus(std::move(done)));
       }},
  };
}

std::vector<Operation> WithoutKey() {
  return {
      {"Clear", "",
       [](CacheStore& store, absl::string_view, const CallOptions& options,
          CacheStore::StatusCallback done) { store.Clear(options, std::move(done)); }},
      {"Ping", "",
       [](CacheStore& store, absl::string_view, const CallOptions& options,
          CacheStore::StatusCallback done) { store.Ping(options, std::move(done)); }},
  };
}

void Append(std::vector<Operation> more, std::vector<Operation>& operations) {
  operations.insert(operations.end(), more.begin(), more.end());
}

}  // namespace

const std::vector<Operation>& OperationsWithKey() {
  static const auto& operations = *[] {
    auto* with_key = new std::vector<Operation>(OfTheSeven());
    Append(WithOptions(), *with_key);
    Append(Batches(), *with_key);
    return with_key;
  }();
  return operations;
}

const std::vector<Operation>& AllOperations() {
  static const auto& operations = *[] {
    auto* all = new std::vector<Operation>(OperationsWithKey());
    Append(WithoutKey(), *all);
    return all;
  }();
  return operations;
}

}  // namespace cachestore
