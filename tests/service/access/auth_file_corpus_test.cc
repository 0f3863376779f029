// SPDX-License-Identifier: Apache-2.0

// A little fuzzing of the auth file for every run of the tests. What fails ends the process, with
// the bytes that did it.
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/testing/corpus.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace cachestore {
namespace {

class AuthFileCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{"tests/service/access/auth_file_corpus",
                 {"\n", " ", "#", "\t", "\r", "read", "write", "admin", "token:sha256:", "cert:",
                  "a read a cert:", "cs_a_", "000102030405060708090a0b0c0d0e0f"},
                 /*least_files=*/15};
};

TEST_F(AuthFileCorpusTest, EachFileIsReadAsPromised) { corpus_.TryEach(LLVMFuzzerTestOneInput); }

TEST_F(AuthFileCorpusTest, WhatChanceMakesOfThemIsReadAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore
