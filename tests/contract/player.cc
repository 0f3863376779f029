// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/player.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "stores/blocking_cache_store.h"
#include "tests/contract/contract.h"
#include "tests/contract/outcome.h"

namespace cachestore::contract {
namespace {

std::optional<absl::Duration> Seconds(bool is_given, double seconds) {
  return is_given ? std::make_optional(absl::Seconds(seconds)) : std::nullopt;
}

std::optional<absl::Duration> TtlOf(const Step& step) {
  return Seconds(step.has_ttl_seconds(), step.ttl_seconds());
}

std::optional<absl::Duration> TouchOf(const Step& step) {
  return Seconds(step.has_touch_seconds(), step.touch_seconds());
}

SetOptions SetOptionsOf(const Step& step) {
  SetOptions options = {.ttl = TtlOf(step), .keep_ttl = step.keep_ttl()};
  if (step.if_absent()) options.condition = SetCondition::IfAbsent();
  if (step.if_present()) options.condition = SetCondition::IfPresent();
  if (step.has_if_etag()) options.condition = SetCondition::IfEtag(BytesOf(step.if_etag()));
  return options;
}

std::vector<std::string> KeysOf(const Step& step) {
  std::vector<std::string> keys;
  for (int i = 0; i < (step.has_times() ? step.times() : 1); ++i) {
    for (const std::string& key : step.keys()) keys.push_back(BytesOf(key));
  }
  return keys;
}

Outcome OutcomeOf(const absl::StatusOr<std::optional<absl::Cord>>& value) {
  Outcome outcome = {.status = value.status()};
  if (value.ok() && value->has_value()) outcome.value = std::string(**value);
  return outcome;
}

Outcome OutcomeOf(const absl::StatusOr<bool>& answer) {
  if (!answer.ok()) return {.status = answer.status()};
  return {.answer = *answer};
}

template <typename Result>
Outcome OutcomeOf(const absl::StatusOr<std::vector<Result>>& results) {
  Outcome outcome = {.status = results.status()};
  if (!results.ok()) return outcome;
  for (const Result& result : *results) outcome.results.push_back(OutcomeOf(result));
  return outcome;
}

Outcome Get(const Step& step, BlockingCacheStore cache) {
  const std::string key = BytesOf(step.key());
  const GetOptions options = {
      .want_etag = step.want_etag(), .want_ttl = step.want_ttl(), .touch = TouchOf(step)};
  if (!options.want_etag && !options.want_ttl && !options.touch.has_value()) {
    return OutcomeOf(cache.Get(key));
  }
  const absl::StatusOr<GetResult> result = cache.GetWith(key, options);
  if (!result.ok()) return {.status = result.status()};
  Outcome outcome = {.etag = result->etag, .ttl = result->ttl};
  if (result->value.has_value()) outcome.value = std::string(*result->value);
  return outcome;
}

Outcome Set(const Step& step, BlockingCacheStore cache) {
  const std::string key = BytesOf(step.key());
  const absl::Cord value(BytesOf(step.value()));
  const SetOptions options = SetOptionsOf(step);
  if (DependsOnWhatIsStored(options)) return OutcomeOf(cache.SetWith(key, value, options));
  const absl::Status status = cache.Set(key, value, options.ttl);
  return {.status = status, .answer = status.ok()};
}

Outcome Delete(const Step& step, BlockingCacheStore cache) {
  const std::string key = BytesOf(step.key());
  if (step.has_if_etag()) return OutcomeOf(cache.DeleteIf(key, BytesOf(step.if_etag())));
  return OutcomeOf(cache.Delete(key));
}

Outcome Exists(const Step& step, BlockingCacheStore cache) {
  const std::string key = BytesOf(step.key());
  if (!step.want_ttl() && !step.has_touch_seconds()) return OutcomeOf(cache.Exists(key));
  const absl::StatusOr<ExistsResult> result =
      cache.ExistsWith(key, {.want_ttl = step.want_ttl(), .touch = TouchOf(step)});
  if (!result.ok()) return {.status = result.status()};
  return {.answer = result->exists, .ttl = result->ttl};
}

Outcome Increment(const Step& step, BlockingCacheStore cache) {
  const absl::StatusOr<IncrementResult> result =
      cache.Increment(BytesOf(step.key()), step.delta(), TtlOf(step));
  if (!result.ok()) return {.status = result.status()};
  return {.count = result->value, .ttl = result->ttl};
}

Outcome BatchSet(const Step& step, BlockingCacheStore cache) {
  std::vector<std::string> keys;  // SetEntry refers to them.
  for (const Step& entry : step.entries()) keys.push_back(BytesOf(entry.key()));
  std::vector<SetEntry> entries;
  for (const Step& entry : step.entries()) {
    entries.push_back({.key = keys[entries.size()],
                       .value = absl::Cord(BytesOf(entry.value())),
                       .options = SetOptionsOf(entry)});
  }
  return OutcomeOf(cache.BatchSet(std::move(entries)));
}

Outcome Make(const Step& step, BlockingCacheStore cache) {
  using Call = std::function<Outcome()>;
  const std::map<std::string, Call> calls = {
      {"get", [&] { return Get(step, cache); }},
      {"set", [&] { return Set(step, cache); }},
      {"delete", [&] { return Delete(step, cache); }},
      {"exists", [&] { return Exists(step, cache); }},
      {"clear", [&] { return Outcome{.status = cache.Clear()}; }},
      {"ping", [&] { return Outcome{.status = cache.Ping()}; }},
      {"close", [&] { return Outcome{.status = cache.Close()}; }},
      {"increment", [&] { return Increment(step, cache); }},
      {"batch_get", [&] { return OutcomeOf(cache.BatchGet(KeysOf(step))); }},
      {"batch_set", [&] { return BatchSet(step, cache); }},
      {"batch_delete", [&] { return OutcomeOf(cache.BatchDelete(KeysOf(step))); }},
      {"batch_exists", [&] { return OutcomeOf(cache.BatchExists(KeysOf(step))); }},
  };
  const auto call = calls.find(step.call());
  if (call == calls.end()) return {.status = absl::UnimplementedError("no such call")};
  return call->second();
}

bool HasCondition(const Step& step) {
  return step.if_absent() || step.if_present() || step.has_if_etag();
}

// What a step without expectation has to come to, beyond an end without error.
std::string NotStored(const Step& step, const Outcome& outcome) {
  if (step.call() == "set" && !HasCondition(step) && outcome.answer == false) return "not stored";
  for (size_t i = 0; i < outcome.results.size(); ++i) {
    const Outcome& result = outcome.results[i];
    if (!result.status.ok()) return result.status.ToString();
    if (step.call() != "batch_set" || HasCondition(step.entries(static_cast<int>(i)))) continue;
    if (result.answer == false) return "an entry was not stored";
  }
  return "";
}

std::string WhatIsWrong(const Step& step, CacheStore& store) {
  const Outcome outcome = Make(step, BlockingCacheStore(store));
  std::string wrong = Mismatch(outcome, step.expect());
  if (wrong.empty() && !step.has_expect()) wrong = NotStored(step, outcome);
  return wrong;
}

}  // namespace

testing::AssertionResult Play(const Case& played, CacheStore& store) {
  for (int i = 0; i < played.steps_size(); ++i) {
    const Step& step = played.steps(i);
    const absl::Time give_up = absl::Now() + absl::Seconds(10);
    std::string wrong = WhatIsWrong(step, store);
    while (step.eventually() && !wrong.empty() && absl::Now() < give_up) {
      wrong = WhatIsWrong(step, store);
    }
    if (!wrong.empty()) {
      return testing::AssertionFailure() << "steps[" << i << "], " << step.call() << ": " << wrong;
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace cachestore::contract
