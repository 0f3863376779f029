// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of what a peer may send, for every run of the tests. What fails ends the
// process, with the bytes that did it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore::http2 {
namespace {

class FramesCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{
      "tests/service/http2/frames_corpus",
      {std::string("\0\1\1\0", 4), std::string("\x03\0\1\4\0\0\0\x08", 8),
       std::string("\x08\0\1\4\0\0\1\0", 8), std::string("\x04\0\0\6\0\4\0\0\0\0", 10),
       std::string("\6\0\0\x08pingping", 12), std::string("\0\0\0\0\1x", 6), "\xff", "/t/Stream"},
      /*least_files=*/20};
};

TEST_F(FramesCorpusTest, EachFileIsAnsweredAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(FramesCorpusTest, WhatChanceMakesOfThemIsAnsweredAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore::http2
