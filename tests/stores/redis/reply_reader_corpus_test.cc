// SPDX-License-Identifier: Apache-2.0

// A little fuzzing for every run of the tests: the corpus, and what chance makes of it. What fails
// ends the process, with the bytes that did it.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/testing/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore::redis {
namespace {

constexpr absl::string_view kFolder = "tests/stores/redis/reply_reader_corpus";

void Try(absl::string_view bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
            0);
}

class ReplyReaderCorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // In the order of their names, so that a seed always means the same.
    std::map<std::string, std::string> files;
    for (const auto& file : std::filesystem::directory_iterator(std::string(kFolder))) {
      std::ifstream stream(file.path(), std::ios::binary);
      files[file.path()] = std::string(std::istreambuf_iterator<char>(stream), {});
    }
    for (const auto& [name, bytes] : files) corpus_.push_back(bytes);
    ASSERT_GE(corpus_.size(), 20) << "in " << kFolder;
  }

  size_t Random(size_t below) { return random_() % below; }

  // Changes a few places of `bytes`: a byte, a token of the protocol put in, a part left out, or
  // the end of another file put there.
  void Mutate(std::string& bytes) {
    static constexpr const char* kTokens[] = {
        "\r\n", "\r", "$", "*", "+", ":", "-1", "0", "*2\r\n", "$1\r\n", "2147483647", "65536"};
    for (size_t changes = 1 + Random(4); changes > 0; --changes) {
      const size_t place = Random(bytes.size() + 1);
      switch (Random(4)) {
        case 0:
          if (place < bytes.size()) bytes[place] = static_cast<char>(Random(256));
          break;
        case 1:
          bytes.insert(place, kTokens[Random(std::size(kTokens))]);
          break;
        case 2:
          bytes.erase(place, Random(8));
          break;
        default:
          bytes.resize(place);
          bytes += corpus_[Random(corpus_.size())];
          break;
      }
    }
  }

  std::vector<std::string> corpus_;
  std::mt19937 random_;
};

TEST_F(ReplyReaderCorpusTest, EachFileIsReadAsPromised) {
  for (const std::string& bytes : corpus_) Try(bytes);
}

TEST_F(ReplyReaderCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  for (const uint32_t seed : TestSeeds()) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    random_.seed(seed);
    for (int round = 0; round < 1'000; ++round) {
      std::string bytes = corpus_[Random(corpus_.size())];
      Mutate(bytes);
      Try(bytes);
    }
  }
}

}  // namespace
}  // namespace cachestore::redis
