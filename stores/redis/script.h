// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SCRIPT_H_
#define STORES_REDIS_SCRIPT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace cachestore::redis {

// What Redis does in one atomic step where one command does not do it
// (https://redis.io/docs/latest/develop/programmability/eval-intro/). A Redis keeps each script
// that it was sent, and knows it by its digest from then on: until it starts anew, or is told to
// forget (SCRIPT FLUSH).
class Script {
 public:
  explicit Script(absl::string_view text);

  // One that no Redis can know by its digest: it always has to be sent in full.
  static Script Unknowable(absl::string_view text) { return {text, std::string(40, '0')}; }

  const std::string& text() const { return text_; }

  // The SHA-1 of the text, in hex.
  const std::string& digest() const { return digest_; }

 private:
  Script(absl::string_view text, std::string digest) : text_(text), digest_(std::move(digest)) {}

  const std::string text_;
  const std::string digest_;
};

// One run of a script on one key: kept until Redis has answered, which may want to be sent all of
// it again.
struct ScriptCall {
  // The command, by the digest alone; NOSCRIPT is the answer if Redis does not know it.
  std::string ByDigest() const;

  // The command with the script's text, which Redis then knows.
  std::string InFull() const;

  const Script* script;  // Lives as long as the process.
  std::string key;
  std::vector<absl::Cord> arguments;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SCRIPT_H_
