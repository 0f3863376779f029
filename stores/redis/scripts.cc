// SPDX-License-Identifier: Apache-2.0

// redis.pcall gives nil as false, and an error or a status as a table, which the script can return
// as what it was; redis.call would raise errors, and each version of Redis then words them anew.
#include "stores/redis/scripts.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "stores/redis/reply.h"
#include "stores/redis/script.h"

namespace cachestore::redis {
namespace {

// Never destroyed: commands may be under way when the process exits.
const Script& New(absl::string_view text) { return *new Script(text); }

const Script& GetAndTtlScript() {
  static const Script& script = New(R"(
local value = redis.pcall('GET', KEYS[1])
if type(value) ~= 'string' then return value end
if ARGV[1] ~= '0' then
  local touched = redis.pcall('PEXPIRE', KEYS[1], ARGV[1])
  if type(touched) == 'table' then return touched end
end
local left = redis.pcall('PTTL', KEYS[1])
if type(left) == 'table' then return left end
return {value, left}
)");
  return script;
}

const Script& SetKeepingTtlScript() {
  static const Script& script = New(R"(
local stored = redis.pcall('SET', KEYS[1], ARGV[1], 'XX', 'KEEPTTL')
if stored then return stored end
return redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
)");
  return script;
}

const Script& SetIfEtagScript() {
  static const Script& script = New(R"(
local value = redis.pcall('GET', KEYS[1])
if type(value) ~= 'string' then return value end
if redis.sha1hex(value) ~= ARGV[2] then return false end
if ARGV[3] == '' then return redis.pcall('SET', KEYS[1], ARGV[1], 'KEEPTTL') end
return redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
)");
  return script;
}

const Script& UnlinkIfEtagScript() {
  static const Script& script = New(R"(
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'table' then return value end
if not value or redis.sha1hex(value) ~= ARGV[1] then return 0 end
return redis.pcall('UNLINK', KEYS[1])
)");
  return script;
}

// INCRBY refuses what is no number in the same words in every version.
const Script& IncrementByScript() {
  static const Script& script = New(R"(
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'table' then return value end
if value then
  local sum = redis.pcall('INCRBY', KEYS[1], ARGV[1])
  if type(sum) == 'table' then
    if string.find(sum.err, 'not an integer', 1, true) then return {ok = 'NONUMBER'} end
    if string.find(sum.err, 'would overflow', 1, true) then return {ok = 'OVERFLOW'} end
    return sum
  end
  value = redis.pcall('GET', KEYS[1])
else
  local stored = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  if stored.err then return stored end
  value = ARGV[1]
end
local left = redis.pcall('PTTL', KEYS[1])
if type(left) == 'table' then return left end
return {value, left}
)");
  return script;
}

// INCRBY by what is no number is allowed or not before that is found out, and changes nothing.
const Script& TryScript() {
  static const Script& script = *new Script(Script::Unknowable(R"(
local tried = {
  redis.pcall('GET', KEYS[1]), redis.pcall('SET', KEYS[1], '', 'XX', 'PX', '1'),
  redis.pcall('UNLINK', KEYS[1]), redis.pcall('PEXPIRE', KEYS[1], '1'),
  redis.pcall('PTTL', KEYS[1]), redis.pcall('INCRBY', KEYS[1], 'none')
}
for _, answer in ipairs(tried) do
  if type(answer) == 'table' and answer.err and
      not string.find(answer.err, 'not an integer', 1, true) then
    return answer
  end
end
return 0
)"));
  return script;
}

absl::Cord Number(int64_t number) { return absl::Cord(absl::AlphaNum(number).Piece()); }

absl::Cord Hex(absl::string_view etag) { return absl::Cord(absl::BytesToHexString(etag)); }

// Minus one: it has none. Minus two, that the key is absent, cannot be.
bool IsValueAndTtl(const Reply& reply) {
  return reply.type == Reply::Type::kArray && reply.elements.size() == 2 &&
         reply.elements[0].type == Reply::Type::kString && IsIntegerReply(reply.elements[1]) &&
         reply.elements[1].integer >= -1;
}

bool IsValueAndTtlOrNil(const Reply& reply) {
  return IsValueAndTtl(reply) || reply.type == Reply::Type::kNil;
}

bool IsSum(const Reply& reply) {
  if (reply.type == Reply::Type::kStatus) {
    return reply.text == kNoNumber || reply.text == kOverflow;
  }
  int64_t sum = 0;
  return IsValueAndTtl(reply) && absl::SimpleAtoi(reply.elements[0].text, &sum);
}

Command Run(const Script& script, std::string key, std::vector<absl::Cord> arguments,
            bool (*is_answered_by)(const Reply& reply)) {
  auto call = std::make_unique<const ScriptCall>(
      ScriptCall{.script = &script, .key = std::move(key), .arguments = std::move(arguments)});
  std::string bytes = call->ByDigest();
  return {.bytes = std::move(bytes), .is_answered_by = is_answered_by, .script = std::move(call)};
}

}  // namespace

Command GetAndTtl(std::string key, int64_t touch_millis) {
  return Run(GetAndTtlScript(), std::move(key), {Number(touch_millis)}, IsValueAndTtlOrNil);
}

Command SetKeepingTtl(std::string key, absl::Cord value, int64_t ttl_millis) {
  return Run(SetKeepingTtlScript(), std::move(key), {std::move(value), Number(ttl_millis)},
             IsOkReply);
}

Command SetIfEtag(std::string key, absl::Cord value, std::optional<int64_t> ttl_millis,
                  absl::string_view etag) {
  return Run(SetIfEtagScript(), std::move(key),
             {std::move(value), Hex(etag), ttl_millis ? Number(*ttl_millis) : absl::Cord()},
             IsOkOrNilReply);
}

Command UnlinkIfEtag(std::string key, absl::string_view etag) {
  return Run(UnlinkIfEtagScript(), std::move(key), {Hex(etag)}, IsIntegerReply);
}

Command IncrementBy(std::string key, int64_t delta, int64_t ttl_millis) {
  return Run(IncrementByScript(), std::move(key), {Number(delta), Number(ttl_millis)}, IsSum);
}

Command TryScripts(std::string key) { return Run(TryScript(), std::move(key), {}, IsIntegerReply); }

}  // namespace cachestore::redis
