// SPDX-License-Identifier: Apache-2.0
#include "tests/testing/corpus.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/seeds.h"

namespace cachestore {
namespace {

void Try(Corpus::Target target, absl::string_view bytes) {
  EXPECT_EQ(target(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), 0);
}

}  // namespace

Corpus::Corpus(const std::string& folder, std::vector<std::string> tokens, size_t least_files)
    : tokens_(std::move(tokens)) {
  // In the order of their names, so that a seed always means the same.
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(file.path(), std::ios::binary);
    files[file.path()] = std::string(std::istreambuf_iterator<char>(stream), {});
  }
  EXPECT_GE(files.size(), least_files) << "in " << folder;
  if (files.size() < least_files) return;
  for (auto& [name, bytes] : files) inputs_.push_back(std::move(bytes));
}

void Corpus::TryEach(Target target) const {
  for (const std::string& bytes : inputs_) Try(target, bytes);
}

void Corpus::TryMutations(Target target, int rounds) {
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    random_.seed(seed);
    for (int round = 0; round < rounds && !inputs_.empty(); ++round) {
      std::string bytes = inputs_[Random(inputs_.size())];
      Mutate(bytes);
      Try(target, bytes);
    }
  }
}

void Corpus::Mutate(std::string& bytes) {
  for (size_t changes = 1 + Random(4); changes > 0; --changes) {
    const size_t place = Random(bytes.size() + 1);
    switch (Random(4)) {
      case 0:
        if (place < bytes.size()) bytes[place] = static_cast<char>(Random(256));
        break;
      case 1:
        bytes.insert(place, tokens_[Random(tokens_.size())]);
        break;
      case 2:
        bytes.erase(place, Random(8));
        break;
      default:
        bytes.resize(place);
        bytes += inputs_[Random(inputs_.size())];
        break;
    }
  }
}

}  // namespace cachestore
