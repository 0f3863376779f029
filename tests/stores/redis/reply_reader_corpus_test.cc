// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of the reply reader for every run of the tests. What fails ends the process,
// with the bytes that did it.
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore::redis {
namespace {

class ReplyReaderCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{
      "tests/stores/redis/reply_reader_corpus",
      {"\r\n", "\r", "$", "*", "+", ":", "-1", "0", "*2\r\n", "$1\r\n", "2147483647", "65536"},
      /*least_files=*/20};
};

TEST_F(ReplyReaderCorpusTest, EachFileIsReadAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(ReplyReaderCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore::redis
