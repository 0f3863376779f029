// SPDX-License-Identifier: Apache-2.0
#include "client/command_line/doctor_advice.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cachestore {
namespace {

// By what an error is, where its words do not end with what to do.
const char* AdviceOn(const absl::Status& error, bool has_token) {
  switch (error.code()) {
    case absl::StatusCode::kUnimplemented:
      return "this is not the address of the cache, perhaps that of --health_listen; give that of "
             "--listen";
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return has_token ? "give another token (--token_file), or have the service's operator see "
                         "its auth_file"
                       : "give a token (--token_file)";
    case absl::StatusCode::kResourceExhausted:
      return "it has as many calls or entries as it may have; see cachectl stats";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return "check that it is ready, and its load; see cachectl stats";
    default:
      return "see its log, and that it is a cache service of this version or a newer one";
  }
}

// What the service says of its limit, in digits; empty if it does not.
absl::string_view LimitIn(absl::string_view message) {
  constexpr absl::string_view kBefore = "the limit is ";
  const size_t found = message.find(kBefore);
  if (found == absl::string_view::npos) return {};
  message.remove_prefix(found + kBefore.size());
  const auto* const end =
      std::ranges::find_if_not(message, [](char c) { return absl::ascii_isdigit(c); });
  return message.substr(0, end - message.begin());
}

}  // namespace

Finding FailedCall(std::string check, const std::string& call, const absl::Status& error,
                   bool has_token) {
  Finding finding = {.grade = Grade::kFail,
                     .check = std::move(check),
                     .text = absl::StrCat(call, error.message()),
                     .fix = AdviceOn(error, has_token)};
  // Those of an unavailable or slow service end so: see FromServiceStatus.
  const size_t advice = finding.text.rfind("; ");
  const bool has_advice = absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error);
  if (!has_advice || advice == std::string::npos) return finding;
  finding.fix = finding.text.substr(advice + 2);
  finding.text.resize(advice);
  return finding;
}

Finding LimitsFinding(size_t key_bytes, const absl::Status& answer) {
  if (absl::IsInvalidArgument(answer) && absl::StrContains(answer.message(), "key")) {
    const absl::string_view limit = LimitIn(answer.message());
    return {.grade = Grade::kPass,
            .check = "limits",
            .text = limit.empty()
                        ? absl::StrCat("a key of ", key_bytes, " bytes is refused: too long")
                        : absl::StrCat("a key that is too long is refused: the limit is ", limit,
                                       " bytes")};
  }
  return {.grade = Grade::kFail,
          .check = "limits",
          .text = answer.ok() ? absl::StrCat("a key of ", key_bytes, " bytes was taken")
                              : absl::StrCat("a key of ", key_bytes, " bytes was answered with ",
                                             answer.ToString()),
          .fix = "see what stands between: a cache service refuses it by itself"};
}

}  // namespace cachestore
