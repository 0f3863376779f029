// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of what callers send for every run of the tests. What fails ends the process,
// with the bytes that did it.
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore {
namespace {

class HandlersCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{"tests/service/handlers/handlers_corpus",
                 {"\x0a", "\x12", "\x1a", "\x08", "\xff\xff\xff\xff\x0f", "key", "\x80"},
                 /*least_files=*/30};
};

TEST_F(HandlersCorpusTest, EachFileIsReadAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(HandlersCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore
