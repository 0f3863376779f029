// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_CACHE_OPTIONS_H_
#define STORES_CACHE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// What the operations of CacheStore (stores/cache_store.h) are asked for beyond keys and values,
// and what they answer.

namespace cachestore {

// What the caller of one operation asks for beyond its arguments.
struct CallOptions {
  // When the caller stops waiting. A call whose deadline has passed ends DEADLINE_EXCEEDED; whether
  // it took effect is then unknown. Default: no limit beyond the store's own.
  absl::Time deadline = absl::InfiniteFuture();
};

// An etag is the SHA-1 digest of a value: 20 bytes, the same from every store. Two values with one
// etag are taken to be equal; so a value that was changed and changed back has not changed. It
// guards against races, and not against attackers, who can make two values of one digest.
inline constexpr size_t kEtagBytes = 20;

struct GetOptions {
  bool want_etag = false;

  // Asks for the TTL that remains: after the touch, if there is one.
  bool want_ttl = false;

  // A new TTL for the entry, counted from now (sliding expiry). Its bounds are those of a ttl.
  std::optional<absl::Duration> touch = {};
};

struct GetResult {
  // nullopt: a miss. Then the rest is not there, either.
  std::optional<absl::Cord> value = {};

  // Empty unless it was asked for.
  std::string etag = {};

  // What remains, rounded up to the millisecond: more than zero. nullopt unless it was asked for,
  // and for an entry without a TTL, which somebody else has stored in a shared backend.
  std::optional<absl::Duration> ttl = {};
};

// As GetOptions and GetResult.
struct ExistsOptions {
  bool want_ttl = false;
  std::optional<absl::Duration> touch = {};
};

struct ExistsResult {
  bool exists = false;
  std::optional<absl::Duration> ttl = {};
};

// On what a SetWith depends: on nothing, unless it is made by one of the three functions.
class SetCondition {
 public:
  enum class Kind { kNone, kIfAbsent, kIfPresent, kIfEtag };

  SetCondition() = default;

  // Stores only where no live entry is, or only where one is.
  static SetCondition IfAbsent() { return {Kind::kIfAbsent, {}}; }
  static SetCondition IfPresent() { return {Kind::kIfPresent, {}}; }

  // Stores only where an entry is whose value has this etag: compare and set.
  static SetCondition IfEtag(std::string etag) { return {Kind::kIfEtag, std::move(etag)}; }

  Kind kind() const { return kind_; }
  const std::string& etag() const { return etag_; }  // Of kIfEtag; otherwise empty.

 private:
  SetCondition(Kind kind, std::string etag) : kind_(kind), etag_(std::move(etag)) {}

  Kind kind_ = Kind::kNone;
  std::string etag_;
};

struct SetOptions {
  // The default TTL if it is not given.
  std::optional<absl::Duration> ttl = {};

  // Stores the value and leaves the entry's expiry as it is. One that is not there yet gets the
  // default TTL. Not with a ttl.
  bool keep_ttl = false;

  SetCondition condition = {};
};

// Whether a SetWith depends on what is stored: whether it is more than a Set. Then it must not be
// made twice, and a store that has the seven operations only cannot do it.
inline bool DependsOnWhatIsStored(const SetOptions& set) {
  return set.keep_ttl || set.condition.kind() != SetCondition::Kind::kNone;
}

struct IncrementResult {
  int64_t value = 0;

  // As GetResult's; always asked for.
  std::optional<absl::Duration> ttl = {};
};

// One Set of a batch.
struct SetEntry {
  absl::string_view key;
  absl::Cord value;
  SetOptions options = {};
};

// The most keys, or entries, of one batch, unless a setting says otherwise.
inline constexpr size_t kDefaultMaxBatchKeys = 1000;

// The largest message of a batch between a service and its clients, unless a setting says
// otherwise: gRPC's own limit for what a client receives, with room for what frames it.
inline constexpr size_t kDefaultMaxBatchBytes = (size_t{4} << 20) - (size_t{64} << 10);

// One result for each key of a batch, in their order.
using BatchGetResults = std::vector<absl::StatusOr<std::optional<absl::Cord>>>;
using BatchBoolResults = std::vector<absl::StatusOr<bool>>;

}  // namespace cachestore

#endif  // STORES_CACHE_OPTIONS_H_
