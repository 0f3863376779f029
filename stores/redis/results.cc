// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/results.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "stores/counter.h"
#include "stores/etag.h"
#include "stores/redis/scripts.h"

namespace cachestore::redis {
namespace {

// What PTTL says of a key that is there: minus one if it has no TTL. Redis rounds, and says zero of
// what is there for less than a millisecond.
std::optional<absl::Duration> TtlOf(const Reply& reply) {
  if (reply.integer < 0) return std::nullopt;
  return absl::Milliseconds(std::max<int64_t>(reply.integer, 1));
}

}  // namespace

absl::StatusOr<std::optional<absl::Cord>> ValueOf(Reply reply, const Limits& limits) {
  if (reply.type == Reply::Type::kNil) return std::nullopt;
  if (reply.text.size() > limits.max_value_bytes) {
    return absl::FailedPreconditionError(absl::StrCat(
        "key: Redis holds a value of ", reply.text.size(), " bytes there; the limit is ",
        limits.max_value_bytes, " bytes (max_value_bytes): raise it, or delete the key"));
  }
  return absl::Cord(std::move(reply.text));
}

absl::StatusOr<GetResult> GetResultOf(Reply reply, const GetOptions& get, const Limits& limits) {
  std::optional<absl::Duration> ttl;
  if (reply.type == Reply::Type::kArray) {
    ttl = TtlOf(reply.elements[1]);
    Reply value = std::move(reply.elements[0]);
    reply = std::move(value);
  }
  absl::StatusOr<std::optional<absl::Cord>> value = ValueOf(std::move(reply), limits);
  if (!value.ok()) return value.status();
  GetResult result = {.value = *std::move(value)};
  if (!result.value.has_value()) return result;
  if (get.want_etag) result.etag = EtagOf(*result.value);
  if (get.want_ttl) result.ttl = ttl;
  return result;
}

ExistsResult ExistsResultOfTtl(const Reply& reply) {
  constexpr int64_t kAbsent = -2;
  return {.exists = reply.integer != kAbsent, .ttl = TtlOf(reply)};
}

ExistsResult ExistsResultOf(const Reply& reply, const ExistsOptions& exists) {
  ExistsResult result = {.exists = reply.integer > 0};
  if (result.exists && exists.want_ttl && exists.touch.has_value()) {
    result.ttl = absl::Ceil(*exists.touch, absl::Milliseconds(1));
  }
  return result;
}

absl::StatusOr<bool> CountOf(Reply reply, const Limits& /*limits*/) { return reply.integer > 0; }

absl::StatusOr<bool> StoredOf(Reply reply, const Limits& /*limits*/) {
  return reply.type != Reply::Type::kNil;
}

absl::StatusOr<IncrementResult> SumOf(Reply reply, const Limits& /*limits*/) {
  if (reply.type == Reply::Type::kArray) {
    IncrementResult result = {.ttl = TtlOf(reply.elements[1])};
    if (absl::SimpleAtoi(reply.elements[0].text, &result.value)) return result;
  }
  return reply.text == kOverflow ? CounterOverflow() : NoCounter();
}

}  // namespace cachestore::redis
