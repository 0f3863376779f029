// SPDX-License-Identifier: Apache-2.0
#include "tests/stores/memory/memory_model.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "stores/etag.h"

namespace cachestore {

const MemoryModel::Entry* MemoryModel::Find(const std::string& key) {
  const auto found = entries().find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

absl::Duration MemoryModel::TtlOf(const Entry& entry) const {
  return absl::Nanoseconds(entry.expiry_nanos - clock_.NowNanos());
}

void MemoryModel::Set(const std::string& key, const std::string& value, absl::Duration ttl) {
  if (!entries().contains(key) && entries_.size() == max_entries_) entries_.erase(Earliest());
  entries_[key].value = value;
  SetExpiry(entries_[key], ttl);
}

bool MemoryModel::SetWith(const std::string& key, const std::string& value, const SetOptions& set,
                          absl::Duration default_ttl) {
  const Entry* const live = Find(key);
  if (!IsMet(set.condition, live)) return false;
  if (set.keep_ttl && live != nullptr) {
    entries_[key].value = value;
  } else {
    Set(key, value, set.ttl.value_or(default_ttl));
  }
  return true;
}

bool MemoryModel::Delete(const std::string& key) { return entries().erase(key) > 0; }

bool MemoryModel::DeleteIf(const std::string& key, const std::string& etag) {
  return IsMet(SetCondition::IfEtag(etag), Find(key)) && Delete(key);
}

bool MemoryModel::Touch(const std::string& key, absl::Duration ttl) {
  if (Find(key) == nullptr) return false;
  SetExpiry(entries_[key], ttl);
  return true;
}

absl::StatusOr<int64_t> MemoryModel::Increment(const std::string& key, int64_t delta,
                                               absl::Duration ttl) {
  if (Find(key) == nullptr) {
    Set(key, absl::StrCat(delta), ttl);
    return delta;
  }
  std::string& text = entries_[key].value;
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || absl::StrCat(number) != text) {
    return absl::FailedPreconditionError("no number");
  }
  const auto sum = static_cast<__int128>(number) + delta;
  if (sum < std::numeric_limits<int64_t>::min() || sum > std::numeric_limits<int64_t>::max()) {
    return absl::OutOfRangeError("too far");
  }
  text = absl::StrCat(static_cast<int64_t>(sum));
  return static_cast<int64_t>(sum);
}

MemoryModel::Entries::iterator MemoryModel::Earliest() {
  return std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.expiry_nanos, a.second.order) <
           std::tie(b.second.expiry_nanos, b.second.order);
  });
}

MemoryModel::Entries& MemoryModel::entries() {
  std::erase_if(entries_, [now = clock_.NowNanos()](const auto& entry) {
    return entry.second.expiry_nanos <= now;
  });
  return entries_;
}

bool MemoryModel::IsMet(const SetCondition& condition, const Entry* live) const {
  switch (condition.kind()) {
    case SetCondition::Kind::kNone:
      return true;
    case SetCondition::Kind::kIfAbsent:
      return live == nullptr;
    case SetCondition::Kind::kIfPresent:
      return live != nullptr;
    case SetCondition::Kind::kIfEtag:
      return live != nullptr && EtagOf(absl::Cord(live->value)) == condition.etag();
  }
  return false;
}

void MemoryModel::SetExpiry(Entry& entry, absl::Duration ttl) {
  entry.expiry_nanos = clock_.NowNanos() + absl::ToInt64Nanoseconds(ttl);
  entry.order = ++expiries_set_;
}

std::string RandomInput::KeyOf(uint32_t number) {
  return absl::StrCat("key", number) + std::string(number % 3 * 20, static_cast<char>(number));
}

std::string RandomInput::Value() {
  const uint32_t bytes = Below(10) == 0 ? Below(20'000) : Below(200);
  return std::string(bytes, static_cast<char>(Below(256)));
}

std::string RandomInput::Number() {
  switch (Below(8)) {
    case 0:
      return absl::StrCat(std::numeric_limits<int64_t>::max() - Below(3));
    case 1:
      return absl::StrCat(std::numeric_limits<int64_t>::min() + Below(3));
    case 2:
      return absl::StrCat("0", Below(10));
    default:
      return absl::StrCat(static_cast<int>(Below(2'000)) - 1'000);
  }
}

int64_t RandomInput::Delta() { return static_cast<int64_t>(Below(7)) - 3; }

absl::Duration RandomInput::Ttl() {
  switch (Below(4)) {
    case 0:
      return absl::Milliseconds(1 + Below(1'000));
    case 1:
      return absl::Seconds(1);
    default:
      return absl::Milliseconds(100 * (1 + Below(3)));
  }
}

}  // namespace cachestore
