// SPDX-License-Identifier: Apache-2.0

// Each line of the documentation that starts a server starts one.
#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/docs/typed.h"
#include "tests/testing/subprocess.h"
#include "tests/testing/test_certificates.h"

namespace cachestore {
namespace {

// The indented lines of a page that start a server, as the arguments that follow its name.
std::vector<std::vector<std::string>> ServerLinesOf(const std::string& page) {
  std::ifstream file(Runfile(page));
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (!absl::StartsWith(line, "    ")) continue;
    const auto flag = std::ranges::find_if(
        words, [](const std::string& word) { return absl::StartsWith(word, "--"); });
    if (!absl::StartsWith(line, "    cache_server ") &&
        !absl::StartsWith(line, "    ./dev serve ")) {
      continue;
    }
    lines.emplace_back(flag, words.end());
  }
  return lines;
}

TEST(ServerLinesTest, EachStartsAServer) {
  TestCertificates certificates;
  const TestCertificates::Pair pair = certificates.Sign("server", "IP:127.0.0.1");
  const std::string auth_file = certificates.folder() + "/auth_file";
  // A token, and the line of the auth file for it.
  const std::string token = RunToEnd({"client/cachectl", "token", "new", "billing"}).output;
  std::ofstream(auth_file) << token.substr(token.find('\n') + 1);
  // What the pages say, and what there is.
  const std::vector<std::pair<std::string, std::string>> names = {
      {":50051", ":0"},
      {"=9464", "=0"},
      {"=cert.pem", "=" + pair.certificate},
      {"=key.pem", "=" + pair.key},
      {"=auth_file", "=" + auth_file},
  };
  size_t started = 0;
  for (const char* page :
       {"README.md", "docs/operations.md", "docs/redis.md", "docs/security.md"}) {
    for (std::vector<std::string> flags : ServerLinesOf(page)) {
      bool listens = false;
      for (std::string& flag : flags) {
        listens = listens || absl::StartsWith(flag, "--listen=");
        flag = absl::StrReplaceAll(flag, names);
      }
      if (!listens) flags.emplace_back("--listen=127.0.0.1:0");
      flags.insert(flags.begin(), "service/cache_server");
      Subprocess server(flags);
      EXPECT_NE(server.AwaitLine("serving on "), "") << page;
      ++started;
    }
  }
  EXPECT_GE(started, 4) << "the pages have moved";
}

}  // namespace
}  // namespace cachestore
