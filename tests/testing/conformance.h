// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_CONFORMANCE_H_
#define TESTS_TESTING_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "stores/blocking_cache_store.h"
#include "stores/cache_store.h"
#include "stores/limits.h"
#include "tests/testing/countdown.h"

namespace cachestore {

// What every CacheStore promises (stores/cache_store.h), as one suite of tests. A store passes it
// by a delegate and one line, in a test that depends on //tests/testing:conformance:
//
//   class MyStoreDelegate final : public StoreDelegate {
//    public:
//     explicit MyStoreDelegate(const Limits& limits)
//         : store_(CreateMyStore({.limits = limits, .clock = clock_})) {}
//     CacheStore& store() override { return *store_; }
//     void DestroyStore() override { store_.reset(); }
//     void Advance(absl::Duration time) override { clock_.Advance(time); }
//
//    private:
//     ManualClock clock_;  // Outlives the store.
//     std::unique_ptr<CacheStore> store_;
//   };
//
//   INSTANTIATE_TEST_SUITE_P(MyStore, ConformanceTest,
//                            testing::Values(StoreFactoryOf<MyStoreDelegate>()));
class StoreDelegate {
 public:
  // The store may have been destroyed before, or not.
  virtual ~StoreDelegate() = default;

  // An open store without entries that nobody else uses. The same at each call.
  virtual CacheStore& store() = 0;

  // Destroys the store, and nothing that its callbacks in flight may need. Called once at most, on
  // any thread, also inside a callback of the store.
  virtual void DestroyStore() = 0;

  // Makes every entry older by `time`: with a manual clock, or by shortening what is left of its
  // TTL. The suite's TTLs leave minutes for what really passes.
  virtual void Advance(absl::Duration time) = 0;
};

// Makes a delegate whose store has these limits, and room for 1,000 entries and for 32 MiB.
using StoreFactory = std::function<std::unique_ptr<StoreDelegate>(const Limits&)>;

// `arguments` are what the delegate takes besides.
template <typename Delegate, typename... Arguments>
StoreFactory StoreFactoryOf(Arguments... arguments) {
  return [=](const Limits& limits) { return std::make_unique<Delegate>(limits, arguments...); };
}

class ConformanceTest : public ::testing::TestWithParam<StoreFactory> {
 protected:
  ConformanceTest() { OpenWith(Limits()); }

  // Begins again with a store of other limits.
  void OpenWith(const Limits& limits);

  StoreDelegate& delegate() { return *delegate_; }
  CacheStore& store() { return delegate_->store(); }
  BlockingCacheStore cache() { return BlockingCacheStore(store()); }

 private:
  std::unique_ptr<StoreDelegate> delegate_;
};

// The etag of what is stored under `key`: empty if there is nothing.
std::string EtagIn(BlockingCacheStore cache, absl::string_view key);

// An entry for each of `keys`, which must outlive it: "value of " and the key.
std::vector<SetEntry> EntriesOf(const std::vector<std::string>& keys);

// A value that refers to a buffer outside it, and tells `released` when nothing needs that any
// more.
absl::Cord BorrowedValue(absl::string_view bytes, std::shared_ptr<Countdown> released);

// `bytes` bytes of every value, in an order that depends on `seed`. The same on each machine.
std::string SomeBytes(size_t bytes, uint32_t seed = 1);

}  // namespace cachestore

#endif  // TESTS_TESTING_CONFORMANCE_H_
