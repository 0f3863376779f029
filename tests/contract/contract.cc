// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/contract.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "credentials/hex.h"
#include "stores/etag.h"
#include "tests/testing/read_file.h"

namespace cachestore::contract {
namespace {

[[noreturn]] void Fail(const std::string& where, const std::string& why) {
  std::fprintf(stderr, "tests/contract: %s: %s\n", where.c_str(), why.c_str());
  std::exit(1);
}

Contract ReadContract(const std::filesystem::path& file) {
  Contract contract;
  const auto status =
      google::protobuf::util::JsonStringToMessage(ReadFile(file.string()), &contract);
  if (!status.ok()) Fail(file.string(), status.ToString());
  if (contract.cases().empty()) Fail(file.string(), "has no cases");
  return contract;
}

}  // namespace

std::vector<Contract> ReadContracts() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/contract/cases")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Contract> contracts;
  for (const std::filesystem::path& file : files) contracts.push_back(ReadContract(file));
  return contracts;
}

std::string BytesOf(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "hex:")) return BytesOfHex(rest).value();
  if (absl::ConsumePrefix(&rest, "sha1:")) return EtagOf(absl::Cord(rest));
  if (!absl::ConsumePrefix(&rest, "repeat:")) return std::string(text);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(rest, absl::MaxSplits(':', 1));
  size_t times = 0;
  if (!absl::SimpleAtoi(parts.first, &times)) Fail(std::string(text), "repeats nothing");
  std::string bytes;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&bytes, parts.second);
  return bytes;
}

}  // namespace cachestore::contract
