// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_STORES_REDIS_DOCUMENTED_RIGHTS_H_
#define TESTS_STORES_REDIS_DOCUMENTED_RIGHTS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/testing/read_file.h"

namespace cachestore {

// The words between `before` and the next backtick in a file of the documentation.
inline std::vector<std::string> DocumentedWords(const std::string& file, absl::string_view before) {
  const std::string text = ReadFile(file);
  const size_t begin = text.find(std::string(before));
  EXPECT_NE(begin, std::string::npos) << file << " has no " << before;
  if (begin == std::string::npos) return {};
  const size_t first = begin + before.size();
  return absl::StrSplit(text.substr(first, text.find('`', first) - first), absl::ByAnyChar(" \n"),
                        absl::SkipEmpty());
}

// The command that makes user app, with password pass, by what the documentation says is enough
// over one Redis, and over one of the kind whose part of docs/growing.md says "needs `MORE`".
inline std::vector<std::string> DocumentedUser(absl::string_view kind) {
  std::vector<std::string> command = {"ACL", "SETUSER", "app", "on", ">pass"};
  for (std::string& word : DocumentedWords("docs/redis.md", "ACL SETUSER app on >PASSWORD ")) {
    command.push_back(std::move(word));
  }
  // The first right that is of the kind alone is what its words are found by.
  std::vector<std::string> more = DocumentedWords("docs/growing.md", absl::StrCat("needs `", kind));
  command.emplace_back(kind);
  for (std::string& word : more) command.push_back(std::move(word));
  return command;
}

// The same URL, with that user.
inline std::string UrlOfDocumentedUser(const std::string& url) {
  return absl::StrReplaceAll(url, {{"://", "://app:pass@"}});
}

}  // namespace cachestore

#endif  // TESTS_STORES_REDIS_DOCUMENTED_RIGHTS_H_
