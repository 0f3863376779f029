// SPDX-License-Identifier: Apache-2.0
#include "stores/limits.h"

#include "absl/strings/str_cat.h"
#include "stores/batch_item.h"

namespace cachestore {

absl::Status CheckLimits(const Limits& limits) {
  // Far below where times in nanoseconds overflow.
  constexpr absl::Duration kMostTtl = absl::Hours(24 * 365 * 100);
  if (limits.max_ttl > kMostTtl) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_ttl: is ", absl::FormatDuration(limits.max_ttl), "; give at most ",
                     absl::FormatDuration(kMostTtl)));
  }
  if (limits.default_ttl <= absl::ZeroDuration() || limits.default_ttl > limits.max_ttl) {
    return absl::InvalidArgumentError(absl::StrCat(
        "default_ttl: is ", absl::FormatDuration(limits.default_ttl),
        "; give more than zero, and at most max_ttl, ", absl::FormatDuration(limits.max_ttl)));
  }
  return absl::OkStatus();
}

namespace limits_internal {

absl::Status StoreClosed() { return absl::FailedPreconditionError("store is closed"); }

absl::Status DeadlinePassed() {
  return absl::DeadlineExceededError("the deadline had passed before the call began");
}

absl::Status WrongKeySize(size_t key_bytes, const Limits& limits) {
  if (key_bytes == 0) {
    return absl::InvalidArgumentError("key: is empty; give a key of at least 1 byte");
  }
  return absl::InvalidArgumentError(absl::StrCat("key: is ", key_bytes, " bytes; the limit is ",
                                                 limits.max_key_bytes,
                                                 " bytes (max_key_bytes): shorten or hash it"));
}

absl::Status ValueTooLarge(size_t value_bytes, const Limits& limits) {
  return absl::InvalidArgumentError(absl::StrCat("value: is ", value_bytes, " bytes; the limit is ",
                                                 limits.max_value_bytes,
                                                 " bytes (max_value_bytes): split or compress it"));
}

}  // namespace limits_internal

namespace {

// Rounded up. (absl::Ceil divides, which takes 10 ns: a tenth of a Set.)
int64_t MillisOf(absl::Duration ttl) {
  const int64_t whole = absl::ToInt64Milliseconds(ttl);
  return absl::Milliseconds(whole) < ttl ? whole + 1 : whole;
}

bool IsWithinBounds(absl::Duration ttl, const Limits& limits) {
  return ttl > absl::ZeroDuration() && ttl <= limits.max_ttl;
}

// `otherwise` says what leaving the field out does.
absl::Status WrongTtl(absl::string_view field, absl::Duration ttl, absl::string_view otherwise,
                      const Limits& limits) {
  if (ttl <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(field, ": is ", absl::FormatDuration(ttl),
                                                   "; give more than zero, or leave it out ",
                                                   otherwise));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": is ", absl::FormatDuration(ttl), "; the limit is ",
                   absl::FormatDuration(limits.max_ttl), " (max_ttl): give less"));
}

}  // namespace

absl::StatusOr<int64_t> CheckTtlMillis(std::optional<absl::Duration> ttl, const Limits& limits) {
  if (!ttl.has_value()) return MillisOf(limits.default_ttl);
  if (IsWithinBounds(*ttl, limits)) return MillisOf(*ttl);
  return WrongTtl("ttl", *ttl,
                  absl::StrCat("for the default of ", absl::FormatDuration(limits.default_ttl)),
                  limits);
}

absl::StatusOr<int64_t> CheckTouchMillis(std::optional<absl::Duration> touch,
                                         const Limits& limits) {
  if (!touch.has_value()) return 0;
  if (IsWithinBounds(*touch, limits)) return MillisOf(*touch);
  return WrongTtl("touch", *touch, "to keep the TTL as it is", limits);
}

absl::Status CheckEtag(absl::string_view etag) {
  if (etag.size() == kEtagBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("if_etag: is ", etag.size(),
                                                 " bytes; an etag has ", kEtagBytes,
                                                 ": give one that a Get with want_etag returned"));
}

absl::StatusOr<int64_t> CheckSet(absl::string_view key, size_t value_bytes, const SetOptions& set,
                                 const Limits& limits) {
  if (absl::Status status = CheckKey(key, limits); !status.ok()) return status;
  if (absl::Status status = CheckValueSize(value_bytes, limits); !status.ok()) return status;
  if (set.keep_ttl && set.ttl.has_value()) {
    return absl::InvalidArgumentError("keep_ttl: is given, and so is a ttl; leave one of them out");
  }
  if (set.condition.kind() == SetCondition::Kind::kIfEtag) {
    if (absl::Status status = CheckEtag(set.condition.etag()); !status.ok()) return status;
  }
  return CheckTtlMillis(set.ttl, limits);
}

absl::Status CheckKeys(absl::Span<const absl::string_view> keys, const Limits& limits) {
  absl::Status status = CheckBatchSize(BatchField::kKeys, keys.size(), limits.max_batch_keys);
  for (size_t i = 0; i < keys.size() && status.ok(); ++i) {
    if (absl::Status key = CheckKey(keys[i], limits); !key.ok()) {
      status = InvalidItem(BatchField::kKeys, i, key);
    }
  }
  return status;
}

absl::StatusOr<std::vector<int64_t>> CheckEntries(absl::Span<const SetEntry> entries,
                                                  const Limits& limits) {
  absl::Status status = CheckBatchSize(BatchField::kEntries, entries.size(), limits.max_batch_keys);
  if (!status.ok()) return status;
  std::vector<int64_t> ttl_millis;
  ttl_millis.reserve(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    const SetEntry& entry = entries[i];
    const absl::StatusOr<int64_t> millis =
        CheckSet(entry.key, entry.value.size(), entry.options, limits);
    if (!millis.ok()) return InvalidItem(BatchField::kEntries, i, millis.status());
    ttl_millis.push_back(*millis);
  }
  return ttl_millis;
}

}  // namespace cachestore
