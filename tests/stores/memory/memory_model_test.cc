// SPDX-License-Identifier: Apache-2.0
// Random operations on a MemoryCacheStore and on a plain map, which must agree at each step: on
// what is answered, and on which entries are there.
#include "tests/stores/memory/memory_model.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "stores/blocking_cache_store.h"
#include "stores/etag.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/manual_clock.h"
#include "tests/testing/matchers.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

constexpr int kOperations = 10'000;
constexpr size_t kMaxEntries = 60;
constexpr uint32_t kKeys = 100;
constexpr absl::Duration kDefaultTtl = absl::Milliseconds(250);

std::vector<std::string> AllKeys() {
  std::vector<std::string> keys;
  for (uint32_t i = 0; i < kKeys; ++i) keys.push_back(RandomInput::KeyOf(i));
  return keys;
}

// A store and its model, which are given the same.
class Pair {
 public:
  explicit Pair(uint32_t seed) : random_(seed) {}

  // One random operation on both, whose answers must be equal.
  void Step() {
    const std::string key = random_.Key(kKeys);
    switch (random_.Below(16)) {
      default:
        return Set(key);
      case 0:
        return Delete(key);
      case 1:
        return clock_.Advance(absl::Milliseconds(random_.Below(100)));
      case 2:
        return ExpectOk(cache_.Ping());
      case 3:
        return random_.Below(50) == 0 ? Clear() : Get(key);
      case 4:
        return Get(key);
      case 5:
        return GetWith(key);
      case 6:
        return ExistsWith(key);
      case 7:
      case 8:
        return SetWith(key);
      case 9:
        return DeleteIf(key);
      case 10:
        return Increment(key);
      case 11:
        return BatchGet();
      case 12:
        return BatchSet();
      case 13:
        return BatchDelete();
    }
  }

  // The same entries must be there: the same ones were evicted.
  void ExpectSameEntries() {
    const std::vector<std::string>& keys = all_keys_;
    const auto exist = cache_.BatchExists(keys);
    ASSERT_THAT(exist, IsOkAndHolds(::testing::SizeIs(keys.size())));
    for (size_t i = 0; i < keys.size(); ++i) {
      ASSERT_THAT((*exist)[i], IsOkAndHolds(model_.Find(keys[i]) != nullptr)) << keys[i];
    }
    const MemoryStats usage = store_->GetStats().memory.value();
    ASSERT_LE(usage.entries, kMaxEntries);
    ASSERT_GE(usage.entries, model_.entries().size()) << "expired entries may be there still";
  }

  // ... with the same values and expiries.
  void ExpectSameContents() {
    for (const std::string& key : all_keys_) {
      ASSERT_NO_FATAL_FAILURE(ExpectSame(key, {.want_ttl = true}));
    }
  }

 private:
  static void ExpectOk(const absl::Status& status) { ASSERT_THAT(status, IsOk()); }

  // The etag of what is there, or of something else.
  std::string Etag(const std::string& key) {
    const MemoryModel::Entry* const entry = model_.Find(key);
    const bool right = entry != nullptr && random_.Below(3) != 0;
    return EtagOf(absl::Cord(right ? entry->value : "another value"));
  }

  SetOptions Options(const std::string& key) {
    SetOptions options;
    options.keep_ttl = random_.Below(3) == 0;
    if (!options.keep_ttl && random_.Below(4) != 0) options.ttl = random_.Ttl();
    switch (random_.Below(5)) {
      case 0:
        options.condition = SetCondition::IfAbsent();
        break;
      case 1:
        options.condition = SetCondition::IfPresent();
        break;
      case 2:
        options.condition = SetCondition::IfEtag(Etag(key));
        break;
      default:
        break;
    }
    return options;
  }

  std::string Value() { return random_.Below(4) == 0 ? random_.Number() : random_.Value(); }

  std::vector<std::string> Keys() {
    std::vector<std::string> keys(1 + random_.Below(10));
    for (std::string& key : keys) key = random_.Key(kKeys);
    return keys;
  }

  // What `get` asks for, of a model that was touched.
  void ExpectSame(const std::string& key, const GetOptions& get) {
    const MemoryModel::Entry* const expected = model_.Find(key);
    const auto read = cache_.GetWith(key, get);
    if (expected == nullptr) {
      ASSERT_THAT(read, IsMiss()) << key;
      return;
    }
    ASSERT_THAT(read, IsHit(expected->value)) << key;
    ASSERT_EQ(read->etag, get.want_etag ? EtagOf(absl::Cord(expected->value)) : "") << key;
    ASSERT_EQ(read->ttl.has_value(), get.want_ttl) << key;
    if (get.want_ttl) {
      ASSERT_EQ(*read->ttl, model_.TtlOf(*expected)) << key;
    }
  }

  void Set(const std::string& key) {
    const std::string value = Value();
    const absl::Duration ttl = random_.Ttl();
    ASSERT_THAT(cache_.Set(key, absl::Cord(value), ttl), IsOk());
    model_.Set(key, value, ttl);
  }

  void Get(const std::string& key) {
    const MemoryModel::Entry* const expected = model_.Find(key);
    if (expected == nullptr) {
      ASSERT_THAT(cache_.Get(key), IsMiss());
    } else {
      ASSERT_THAT(cache_.Get(key), IsHit(expected->value));
    }
  }

  void Delete(const std::string& key) {
    ASSERT_THAT(cache_.Delete(key), IsOkAndHolds(model_.Delete(key)));
  }

  void Clear() {
    ASSERT_THAT(cache_.Clear(), IsOk());
    model_.entries().clear();
  }

  void GetWith(const std::string& key) {
    GetOptions get = {.want_etag = random_.Below(2) == 0, .want_ttl = random_.Below(2) == 0};
    if (random_.Below(2) == 0) {
      get.touch = random_.Ttl();
      model_.Touch(key, *get.touch);
    }
    ExpectSame(key, get);
  }

  void ExistsWith(const std::string& key) {
    ExistsOptions exists = {.want_ttl = random_.Below(2) == 0};
    if (random_.Below(2) == 0) {
      exists.touch = random_.Ttl();
      model_.Touch(key, *exists.touch);
    }
    const MemoryModel::Entry* const expected = model_.Find(key);
    const auto found = cache_.ExistsWith(key, exists);
    ASSERT_THAT(found, TellsExists(expected != nullptr));
    ASSERT_EQ(found->ttl.has_value(), expected != nullptr && exists.want_ttl);
    if (found->ttl.has_value()) {
      ASSERT_EQ(*found->ttl, model_.TtlOf(*expected));
    }
  }

  void SetWith(const std::string& key) {
    const std::string value = Value();
    const SetOptions options = Options(key);
    ASSERT_THAT(cache_.SetWith(key, absl::Cord(value), options),
                IsOkAndHolds(model_.SetWith(key, value, options, kDefaultTtl)));
  }

  void DeleteIf(const std::string& key) {
    const std::string etag = Etag(key);
    ASSERT_THAT(cache_.DeleteIf(key, etag), IsOkAndHolds(model_.DeleteIf(key, etag)));
  }

  void Increment(const std::string& key) {
    // Often one that was counted before, and sometimes what is no number.
    const std::string counter = random_.Below(4) == 0 ? key : random_.Key(8);
    const int64_t delta = random_.Delta();
    const absl::Duration ttl = random_.Ttl();
    const absl::StatusOr<int64_t> expected = model_.Increment(counter, delta, ttl);
    const auto sum = cache_.Increment(counter, delta, ttl);
    ASSERT_THAT(sum, StatusIs(expected.status().code()));
    if (!expected.ok()) return;
    ASSERT_EQ(sum->value, *expected);
    ASSERT_EQ(sum->ttl, model_.TtlOf(*model_.Find(counter)));
  }

  void BatchGet() {
    const std::vector<std::string> keys = Keys();
    const auto read = cache_.BatchGet(keys);
    ASSERT_THAT(read, IsOkAndHolds(::testing::SizeIs(keys.size())));
    for (size_t i = 0; i < keys.size(); ++i) {
      const MemoryModel::Entry* const expected = model_.Find(keys[i]);
      ASSERT_EQ((*read)[i]->has_value(), expected != nullptr);
      if (expected != nullptr) {
        ASSERT_THAT((*read)[i], IsHit(expected->value));
      }
    }
  }

  void BatchSet() {
    const std::vector<std::string> keys = Keys();
    std::vector<SetEntry> entries;
    std::vector<bool> expected;
    for (const std::string& key : keys) {
      const std::string value = Value();
      entries.push_back({.key = key, .value = absl::Cord(value), .options = Options(key)});
      expected.push_back(model_.SetWith(key, value, entries.back().options, kDefaultTtl));
    }
    const auto stored = cache_.BatchSet(std::move(entries));
    ASSERT_THAT(stored, IsOkAndHolds(::testing::SizeIs(keys.size())));
    for (size_t i = 0; i < keys.size(); ++i) {
      ASSERT_THAT((*stored)[i], IsOkAndHolds(expected[i])) << "entry " << i;
    }
  }

  void BatchDelete() {
    const std::vector<std::string> keys = Keys();
    const auto deleted = cache_.BatchDelete(keys);
    ASSERT_THAT(deleted, IsOkAndHolds(::testing::SizeIs(keys.size())));
    for (size_t i = 0; i < keys.size(); ++i) {
      ASSERT_THAT((*deleted)[i], IsOkAndHolds(model_.Delete(keys[i]))) << "key " << i;
    }
  }

  RandomInput random_;
  const std::vector<std::string> all_keys_ = AllKeys();
  ManualClock clock_;
  const std::unique_ptr<MemoryCacheStore> store_ =
      MemoryCacheStore::Create(
          {.limits = {.default_ttl = kDefaultTtl}, .max_entries = kMaxEntries, .clock = clock_})
          .value();
  BlockingCacheStore cache_{*store_};
  MemoryModel model_{clock_, kMaxEntries};
};

TEST(MemoryModelTest, AgreesWithAPlainMap) {
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Pair pair(seed);
    for (int step = 0; step < kOperations; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      ASSERT_NO_FATAL_FAILURE(pair.Step());
      ASSERT_NO_FATAL_FAILURE(pair.ExpectSameEntries());
      if (step % 100 == 0) {
        ASSERT_NO_FATAL_FAILURE(pair.ExpectSameContents());
      }
    }
    ASSERT_NO_FATAL_FAILURE(pair.ExpectSameContents());
  }
}

}  // namespace
}  // namespace cachestore
