// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/cluster/slot.h"

#include <array>

#include "absl/strings/match.h"

namespace cachestore::redis {
namespace {

constexpr uint16_t kPolynomial = 0x1021;

constexpr std::array<uint16_t, 256> MakeTable() {
  std::array<uint16_t, 256> table = {};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? kPolynomial : 0);
    table[byte] = static_cast<uint16_t>(crc);
  }
  return table;
}

constexpr std::array<uint16_t, 256> kTable = MakeTable();

constexpr auto kNone = absl::string_view::npos;

// Takes the next part off a command: $SIZE\r\nBYTES\r\n. Empty when there is none.
absl::string_view TakePart(absl::string_view& command) {
  if (command.empty() || command.front() != '$') return {};
  const size_t line = command.find("\r\n");
  if (line == kNone) return {};
  size_t size = 0;
  for (const char digit : command.substr(1, line - 1)) {
    size = size * 10 + static_cast<size_t>(digit - '0');
  }
  command.remove_prefix(line + 2);
  if (size + 2 > command.size()) return {};
  const absl::string_view part = command.substr(0, size);
  command.remove_prefix(size + 2);
  return part;
}

}  // namespace

absl::string_view HashedPartOf(absl::string_view key) {
  const size_t open = key.find('{');
  if (open == kNone) return key;
  const size_t close = key.find('}', open + 1);
  if (close == kNone || close == open + 1) return key;
  return key.substr(open + 1, close - open - 1);
}

Slot SlotOf(absl::string_view key) {
  uint32_t crc = 0;
  for (const char c : HashedPartOf(key)) {
    crc = ((crc << 8) & 0xFFFF) ^ kTable[(crc >> 8) ^ static_cast<uint8_t>(c)];
  }
  return static_cast<Slot>(crc % kSlots);
}

absl::string_view KeyOfCommand(absl::string_view command) {
  const size_t count = command.find("\r\n");
  if (count == kNone) return {};
  command.remove_prefix(count + 2);
  const absl::string_view name = TakePart(command);
  if (absl::StartsWith(name, "EVAL")) {
    TakePart(command);  // The script, or its digest.
    TakePart(command);  // How many keys it has: one.
  }
  return TakePart(command);
}

}  // namespace cachestore::redis
