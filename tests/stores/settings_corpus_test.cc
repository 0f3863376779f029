// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of settings for every run of the tests. What fails ends the process, with the
// bytes that did it.
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore {
namespace {

class SettingsCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{"tests/stores/settings_corpus",
                 {"1", "0", "-", ".", "KiB", "TiB", "ms", "h", "inf", "true", "\n", "9999999999"},
                 /*least_files=*/20};
};

TEST_F(SettingsCorpusTest, EachFileIsReadAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(SettingsCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore
