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

class ConnectionCorpusTest : public testing::Test {
 protected:
  Corpus corpus_{
      "tests/service/http2/connection_corpus",
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", std::string("\0\0\0\4\0\0\0\0\0", 9),
       std::string("\0\0\4\x03\0\0\0\0\1\0\0\0\x08", 13), std::string("\0\0\0\0\1\0\0\0\1", 9),
       std::string("\0\0\0\0\1x", 6), "\xff\xff", "grpc-timeout", "/t/Stream"},
      /*least_files=*/20};
};

TEST_F(ConnectionCorpusTest, EachFileIsAnsweredAsPromised) {
  corpus_.TryEach(LLVMFuzzerTestOneInput);
}

TEST_F(ConnectionCorpusTest, WhatChanceMakesOfThemIsAnsweredAsPromised) {
  corpus_.TryMutations(LLVMFuzzerTestOneInput, 1'000);
}

}  // namespace
}  // namespace cachestore::http2
