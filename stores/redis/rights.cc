// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/rights.h"

#include "absl/strings/str_cat.h"
#include "stores/redis/reply_error.h"

namespace cachestore::redis {
namespace {

absl::string_view NameOf(Rights::Right right) {
  constexpr absl::string_view kNames[] = {"GET", "SET", "UNLINK", "EXISTS", "SCAN"};
  return kNames[static_cast<size_t>(right)];
}

}  // namespace

void Rights::Note(Right right, const Reply& reply) {
  bool& is_refused = is_refused_[static_cast<size_t>(right)];
  const bool refuses = reply.type == Reply::Type::kError && IsRefusedCredential(reply.text);
  if (refuses == is_refused) return;
  is_refused = refuses;
  log_(refuses
           ? absl::StrCat(name_, ": ", StatusOfError(reply.text).message(), ", for ", NameOf(right))
           : absl::StrCat(name_, ": allows ", NameOf(right), " again"));
}

std::optional<Rights::Probe> Rights::NextProbe() const {
  // No entry of ours has this key: ours have a byte more.
  const std::string key = keys_.KeyOf("");
  if (is_refused_[static_cast<size_t>(Right::kGet)]) return Probe{Right::kGet, Get(key)};
  if (is_refused_[static_cast<size_t>(Right::kSet)]) return Probe{Right::kSet, SetIfPresent(key)};
  if (is_refused_[static_cast<size_t>(Right::kUnlink)]) return Probe{Right::kUnlink, Unlink({key})};
  if (is_refused_[static_cast<size_t>(Right::kExists)]) return Probe{Right::kExists, Exists(key)};
  if (is_refused_[static_cast<size_t>(Right::kScan)]) {
    return Probe{Right::kScan, Scan("0", keys_.pattern(), 1)};
  }
  return std::nullopt;
}

}  // namespace cachestore::redis
