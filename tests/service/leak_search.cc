// SPDX-License-Identifier: Apache-2.0
#include "tests/service/leak_search.h"

#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cachestore {
namespace {

const std::string kKeys[] = {"key",       "one:key",
                             "two:key",   "two",
                             ":key",      "one:two:key",
                             "*",         "one:*",
                             "../key",    "[a-z]",
                             "cache:key", "cache:one:key",
                             "\\*",       std::string("key\0key", 7)};

// What a caller finds where nobody else is.
using Model = std::map<std::string, std::string>;

void Step(const CallsOf& caller, std::mt19937& random, int step, Model& model) {
  const std::string& key = kKeys[random() % std::size(kKeys)];
  const auto found = model.find(key);
  const uint32_t what = random() % 20;
  if (what < 8) {
    model[key] = absl::StrCat("value ", step);
    ASSERT_TRUE(caller.Set(key, model[key]).ok());
  } else if (what < 12) {
    ASSERT_EQ(caller.Delete(key), model.erase(key) > 0);
  } else if (what < 13) {
    model.clear();
    ASSERT_TRUE(caller.Clear().ok());
  } else if (what < 15) {
    ASSERT_EQ(caller.Exists(key), found != model.end());
  } else {
    ASSERT_EQ(caller.Get(key),
              found == model.end() ? std::nullopt : std::optional<std::string>(found->second));
  }
}

}  // namespace

void SearchForLeaks(const CallsOf& one, const CallsOf& other, uint32_t seed, int steps) {
  std::mt19937 random(seed);
  const CallsOf* const callers[] = {&one, &other};
  Model models[2];
  for (const CallsOf* const caller : callers) ASSERT_TRUE(caller->Clear().ok());
  for (int step = 0; step < steps; ++step) {
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", step ", step));
    const size_t who = random() % 2;
    ASSERT_NO_FATAL_FAILURE(Step(*callers[who], random, step, models[who]));
  }
}

}  // namespace cachestore
