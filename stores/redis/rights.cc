// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/rights.h"

#include "absl/strings/str_cat.h"
#include "stores/redis/reply_error.h"
#include "stores/redis/scripts.h"

namespace cachestore::redis {
namespace {

using Right = Rights::Right;

struct Entry {
  Right right;
  absl::string_view command;
  Command (*probe)(const KeySpace& keys);
};

// In the order of Right.
const Entry kEntries[] = {
    {Right::kGet, "GET", [](const KeySpace& keys) { return Get(keys.ProbeKey()); }},
    {Right::kSet, "SET", [](const KeySpace& keys) { return SetIfPresent(keys.ProbeKey()); }},
    {Right::kUnlink, "UNLINK", [](const KeySpace& keys) { return UnlinkOne(keys.ProbeKey()); }},
    {Right::kExists, "EXISTS", [](const KeySpace& keys) { return Exists(keys.ProbeKey()); }},
    {Right::kScan, "SCAN", [](const KeySpace& keys) { return Scan("0", keys.pattern(), 1); }},
    {Right::kPexpire, "PEXPIRE", [](const KeySpace& keys) { return Pexpire(keys.ProbeKey(), 1); }},
    {Right::kPttl, "PTTL", [](const KeySpace& keys) { return Pttl(keys.ProbeKey()); }},
    {Right::kScripts, "EVALSHA, EVAL or what is in our scripts",
     [](const KeySpace& keys) { return TryScripts(keys.ProbeKey()); }},
};

}  // namespace

void Rights::Note(Right right, const Reply& reply) {
  if (reply.type != Reply::Type::kError || !IsRefusedCredential(reply.text)) return;
  const auto index = static_cast<size_t>(right);
  if (std::exchange(is_refused_[index], true)) return;
  log_(Severity::kWarning, absl::StrCat(name_, ": ", StatusOfError(reply.text).message(), ", for ",
                                        kEntries[index].command));
}

std::optional<Rights::Probe> Rights::NextProbe() const {
  for (const Entry& entry : kEntries) {
    if (is_refused_[static_cast<size_t>(entry.right)]) {
      return Probe{entry.right, entry.probe(keys_)};
    }
  }
  return std::nullopt;
}

void Rights::Restore(Right right) {
  const auto index = static_cast<size_t>(right);
  if (!std::exchange(is_refused_[index], false)) return;
  log_(Severity::kInfo, absl::StrCat(name_, ": allows ", kEntries[index].command, " again"));
}

}  // namespace cachestore::redis
