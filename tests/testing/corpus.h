// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_TESTING_CORPUS_H_
#define TESTS_TESTING_CORPUS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cachestore {

// The inputs that a fuzz target begins with, and what chance makes of them: a little fuzzing for
// every run of the tests.
class Corpus {
 public:
  using Target = int (*)(const uint8_t* data, size_t size);

  // Reads the files of a folder. `tokens` are what chance puts into them. Empty, with a failure of
  // the test, if there are fewer than `least_files`.
  Corpus(const std::string& folder, std::vector<std::string> tokens, size_t least_files);

  // Gives each file to a target, which ends the process if a promise is not kept.
  void TryEach(Target target) const;

  // Gives a target `rounds` mutations of files, for each of TestSeeds().
  void TryMutations(Target target, int rounds);

 private:
  size_t Random(size_t below) { return random_() % below; }

  // Changes a few places of `bytes`: a byte, a token put in, a part left out, or the end of another
  // file put there.
  void Mutate(std::string& bytes);

  const std::vector<std::string> tokens_;
  std::vector<std::string> inputs_;
  std::mt19937 random_;
};

}  // namespace cachestore

#endif  // TESTS_TESTING_CORPUS_H_
