// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of addresses for every run of the tests. What fails ends the process, with the
// bytes that did it.
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore {
namespace {

class UrlsCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{"tests/stores/redis/urls_corpus",
                 {"redis://", "rediss://", "unix:", "grpc://", "://", "@", ":", "/", "%", "%2",
                  "?db=", "[", "]", "\n", "65536"},
                 /*least_files=*/15};
};

TEST_F(UrlsCorpusTest, EachFileIsReadAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(UrlsCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore
