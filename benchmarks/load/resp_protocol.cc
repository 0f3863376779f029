// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/resp_protocol.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace cachestore {

void RespProtocol::Start(size_t number, int64_t due_ns) {
  const CallScript::Exchange& exchange = script_.exchanges[number];
  unsent_.Append(exchange.request);
  in_flight_.push_back({.reply = exchange.reply, .due_ns = due_ns});
}

absl::Status RespProtocol::Produce(absl::Cord& output) {
  output.Append(std::exchange(unsent_, {}));
  return absl::OkStatus();
}

absl::Status RespProtocol::Receive(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (in_flight_.empty()) return absl::DataLossError("a reply to no call");
    const absl::string_view expected = in_flight_.front().reply;
    const size_t size = std::min(bytes.size(), expected.size() - received_);
    if (bytes.substr(0, size) != expected.substr(received_, size)) {
      return absl::DataLossError(
          absl::StrCat("a wrong reply: ", absl::CHexEscape(bytes.substr(0, 100))));
    }
    bytes.remove_prefix(size);
    received_ += size;
    if (received_ < expected.size()) break;
    received_ = 0;
    const int64_t due_ns = in_flight_.front().due_ns;
    in_flight_.pop_front();
    observer_.Ended(due_ns, "");
  }
  return absl::OkStatus();
}

}  // namespace cachestore
