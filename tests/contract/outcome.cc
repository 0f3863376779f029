// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/outcome.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/contract/contract.h"

namespace cachestore::contract {
namespace {

// Of a value that may be long.
std::string Shown(const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return "a miss";
  constexpr size_t kMostBytes = 40;
  if (bytes->size() <= kMostBytes) return absl::StrCat("\"", absl::CHexEscape(*bytes), "\"");
  return absl::StrCat(bytes->size(), " bytes that begin with \"",
                      absl::CHexEscape(bytes->substr(0, kMostBytes)), "\"");
}

std::string WrongError(const absl::Status& status, const Expectation& expected) {
  if (absl::StatusCodeToString(status.code()) != expected.error()) {
    return absl::StrCat("expected ", expected.error(), ", got ", status.ToString());
  }
  for (const std::string& text : expected.mentions()) {
    if (!absl::StrContains(status.message(), text)) {
      return absl::StrCat("expected an error that mentions ", text, ", got ", status.ToString());
    }
  }
  return "";
}

std::string WrongAnswer(const Outcome& outcome, bool expected) {
  if (outcome.answer == expected) return "";
  return absl::StrCat("expected ", expected ? "true" : "false", ", got ",
                      !outcome.answer.has_value() ? "nothing"
                      : *outcome.answer           ? "true"
                                                  : "false");
}

std::string WrongTtl(const std::optional<absl::Duration>& ttl, const Range& expected) {
  if (ttl.has_value() && *ttl >= absl::Seconds(expected.from()) &&
      *ttl <= absl::Seconds(expected.to())) {
    return "";
  }
  return absl::StrCat("expected a TTL from ", expected.from(), " to ", expected.to(), " s, got ",
                      ttl.has_value() ? absl::FormatDuration(*ttl) : "none");
}

std::string WrongResults(const Outcome& outcome, const Expectation& expected) {
  if (outcome.results.size() != static_cast<size_t>(expected.results_size())) {
    return absl::StrCat("expected ", expected.results_size(), " results, got ",
                        outcome.results.size());
  }
  for (int i = 0; i < expected.results_size(); ++i) {
    const std::string mismatch =
        Mismatch(outcome.results[static_cast<size_t>(i)], expected.results(i));
    if (!mismatch.empty()) return absl::StrCat("results[", i, "]: ", mismatch);
  }
  return "";
}

std::string WrongValue(const Outcome& outcome, const Expectation& expected) {
  const std::optional<std::string> value =
      expected.miss() ? std::nullopt : std::make_optional(BytesOf(expected.value()));
  if (outcome.value == value) return "";
  return absl::StrCat("expected ", Shown(value), ", got ", Shown(outcome.value));
}

}  // namespace

std::string Mismatch(const Outcome& outcome, const Expectation& expected) {
  if (!expected.error().empty()) return WrongError(outcome.status, expected);
  if (!outcome.status.ok()) return outcome.status.ToString();
  std::vector<std::string> wrong;
  if (expected.has_value() || expected.miss()) wrong.push_back(WrongValue(outcome, expected));
  if (expected.has_stored()) wrong.push_back(WrongAnswer(outcome, expected.stored()));
  if (expected.has_deleted()) wrong.push_back(WrongAnswer(outcome, expected.deleted()));
  if (expected.has_exists()) wrong.push_back(WrongAnswer(outcome, expected.exists()));
  if (expected.has_count() && outcome.count != expected.count()) {
    wrong.push_back(absl::StrCat("expected ", expected.count(), ", got ", *outcome.count));
  }
  if (expected.has_etag() && outcome.etag != BytesOf(expected.etag())) {
    wrong.push_back(absl::StrCat("the etag is ", absl::BytesToHexString(outcome.etag)));
  }
  if (expected.has_ttl_seconds()) wrong.push_back(WrongTtl(outcome.ttl, expected.ttl_seconds()));
  if (!expected.results().empty()) wrong.push_back(WrongResults(outcome, expected));
  for (const std::string& why : wrong) {
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace cachestore::contract
