// SPDX-License-Identifier: Apache-2.0

// What a Redis may send: any bytes, in slices of any size. `./dev fuzz reply_reader` has libFuzzer
// make them up; reply_reader_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "stores/redis/reply.h"
#include "stores/redis/reply_reader.h"
#include "tests/stores/redis/reply_text.h"

namespace cachestore::redis {
namespace {

// More than any input here; that a longer reply is refused depends a little on the slices.
constexpr size_t kMaxReplyBytes = size_t{1} << 20;

struct Outcome {
  std::vector<std::string> replies;
  bool is_ok = true;
  size_t held_bytes = 0;  // By the replies, together.
  std::string encoded;    // The replies, as Redis would send them.

  bool operator==(const Outcome&) const = default;
};

size_t HeldBytes(const Reply& reply) {
  size_t bytes = sizeof(Reply) + reply.text.size();
  for (const Reply& element : reply.elements) bytes += HeldBytes(element);
  return bytes;
}

std::string Encode(const Reply& reply) {
  switch (reply.type) {
    case Reply::Type::kNil:
      return "$-1\r\n";
    case Reply::Type::kString:
      return absl::StrCat("$", reply.text.size(), "\r\n", reply.text, "\r\n");
    case Reply::Type::kStatus:
      return absl::StrCat("+", reply.text, "\r\n");
    case Reply::Type::kInteger:
      return absl::StrCat(":", reply.integer, "\r\n");
    case Reply::Type::kError:
      return absl::StrCat("-", reply.text, "\r\n");
    case Reply::Type::kArray:
      break;
  }
  std::string encoded = absl::StrCat("*", reply.elements.size(), "\r\n");
  for (const Reply& element : reply.elements) encoded += Encode(element);
  return encoded;
}

// Reads `bytes` in slices; slice number i has size_of(i) of them.
Outcome ReadInSlices(absl::string_view bytes, size_t max_reply_bytes,
                     absl::FunctionRef<size_t(size_t)> size_of) {
  ReplyReader reader(max_reply_bytes);
  Outcome outcome;
  for (size_t i = 0; !bytes.empty() && outcome.is_ok; ++i) {
    const absl::string_view slice = bytes.substr(0, std::max<size_t>(size_of(i), 1));
    bytes.remove_prefix(slice.size());
    outcome.is_ok = reader
                        .Read(slice,
                              [&](const Reply& reply) {
                                outcome.replies.push_back(TextOf(reply));
                                outcome.held_bytes += HeldBytes(reply);
                                outcome.encoded += Encode(reply);
                                return true;
                              })
                        .ok();
  }
  return outcome;
}

void Require(bool holds, absl::string_view promise, absl::string_view bytes) {
  if (holds) return;
  std::cerr << "ReplyReader does not keep this: " << promise << ", of \"" << absl::CHexEscape(bytes)
            << "\"\n";
  std::abort();
}

void Check(absl::string_view bytes) {
  const auto at_once = [](size_t) { return std::string::npos; };
  const auto byte_by_byte = [](size_t) { return size_t{1}; };
  const auto by_the_input = [&](size_t i) {
    return static_cast<size_t>(static_cast<uint8_t>(bytes[i * 7 % bytes.size()]) % 32);
  };
  const Outcome whole = ReadInSlices(bytes, kMaxReplyBytes, at_once);
  Require(ReadInSlices(bytes, kMaxReplyBytes, byte_by_byte) == whole,
          "the replies are the same byte by byte", bytes);
  Require(ReadInSlices(bytes, kMaxReplyBytes, by_the_input) == whole,
          "the replies are the same however they are split", bytes);
  Require(ReadInSlices(whole.encoded, kMaxReplyBytes, at_once).replies == whole.replies,
          "replies that are sent again are the same", bytes);
  // The shortest element takes three bytes.
  Require(whole.held_bytes <= sizeof(Reply) * bytes.size(), "replies hold no more than has come",
          bytes);

  const Outcome capped = ReadInSlices(bytes, /*max_reply_bytes=*/64, by_the_input);
  Require(capped.replies.size() <= whole.replies.size() &&
              std::equal(capped.replies.begin(), capped.replies.end(), whole.replies.begin()),
          "a limit takes replies from the end only", bytes);
}

}  // namespace
}  // namespace cachestore::redis

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = size_t{32} * 1024;
  cachestore::redis::Check(
      absl::string_view(reinterpret_cast<const char*>(data), std::min(size, kMaxInput)));
  return 0;
}
