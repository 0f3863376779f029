// SPDX-License-Identifier: Apache-2.0
#include "service/log/call_log.h"

#include <openssl/sha.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "protos/batch_codec.h"
#include "protos/wire.h"

namespace cachestore {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// The first eight hex digits of its SHA-256, as all clients write it in their errors.
std::string HashOf(absl::string_view key) {
  constexpr size_t kBytes = 4;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), kBytes));
}

// In every request with one key that is its first field. The last one counts, as in a decoder.
std::string KeyOf(const absl::Cord& request) {
  std::string key;
  WireReader reader(request);
  while (reader.Next()) {
    if (reader.IsBytes(1)) key = reader.String();
  }
  return key;
}

void AddSubject(const CallLog::Ended& call, bool with_key, LogLine& line) {
  if (call.request.empty()) return;
  if (absl::StartsWith(call.method, "/cachestore.v1.CacheBatch/")) {
    line.fields.emplace_back("keys", static_cast<int64_t>(codec::CountBatchItems(call.request)));
  } else if (absl::StartsWith(call.method, "/cachestore.v1.CacheStore/") ||
             absl::StartsWith(call.method, "/cachestore.v1.CacheCounter/")) {
    const std::string key = KeyOf(call.request);
    line.fields.emplace_back("key_bytes", static_cast<int64_t>(key.size()));
    line.fields.emplace_back("key_hash", HashOf(key));
    if (with_key) line.fields.emplace_back("key", absl::CHexEscape(key));
  }
  line.fields.emplace_back("request_bytes", static_cast<int64_t>(call.request.size()));
}

}  // namespace

CallLog::CallLog(const Options& options, std::function<void(const LogLine& line)> write,
                 const MonotonicClock& clock)
    : slow_nanos_(absl::ToInt64Nanoseconds(options.slow)),
      share_(options.share),
      keys_(options.keys),
      write_(std::move(write)),
      clock_(clock) {}

bool CallLog::IsDrawn() const {
  thread_local double drawn = 0;
  drawn += share_;
  if (drawn < 1) return false;
  drawn -= 1;
  return true;
}

bool CallLog::HasRoom(int64_t& left_out) {
  const int64_t second = clock_.NowNanos() / kNanosPerSecond;
  if (second_.exchange(second) != second) lines_of_second_.store(0);
  if (lines_of_second_.fetch_add(1) >= kLinesPerSecond) {
    left_out_.fetch_add(1);
    return false;
  }
  left_out = left_out_.exchange(0);
  return true;
}

void CallLog::Write(const Ended& call) {
  int64_t left_out = 0;
  if (!HasRoom(left_out)) return;
  const bool is_slow = call.nanos >= slow_nanos_;
  LogLine line = {.level = is_slow ? LogLevel::kWarning : LogLevel::kInfo,
                  .message = is_slow ? "slow call" : "call"};
  line.fields.emplace_back("method", std::string(absl::StripPrefix(call.method, "/")));
  line.fields.emplace_back("code", absl::StatusCodeToString(call.code));
  line.fields.emplace_back("milliseconds", static_cast<double>(call.nanos) / 1e6);
  line.fields.emplace_back("peer", call.peer);
  if (!call.caller.empty()) line.fields.emplace_back("caller", call.caller);
  AddSubject(call, keys_, line);
  if (left_out > 0) line.fields.emplace_back("left_out", left_out);
  write_(line);
}

}  // namespace cachestore
