// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load/resp_protocol.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace cachestore {

RespProtocol::RespProtocol(const Workload& workload, CallObserver& observer)
    : workload_(workload), observer_(observer), value_(workload.NewValue()) {}

void RespProtocol::Start(size_t key, int64_t due_ns) {
  const std::string& name = workload_.Key(key);
  absl::StrAppend(&unsent_, "*2\r\n$3\r\nGET\r\n$", name.size(), "\r\n", name, "\r\n");
  in_flight_.push_back({.key = key, .due_ns = due_ns});
  if (in_flight_.size() == 1) ExpectNext();
}

absl::Status RespProtocol::Produce(std::string& output) {
  output += unsent_;
  unsent_.clear();
  return absl::OkStatus();
}

absl::Status RespProtocol::Receive(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (in_flight_.empty()) return absl::DataLossError("a reply to no call");
    const size_t size = std::min(bytes.size(), reply_.size() - received_);
    if (bytes.substr(0, size) != absl::string_view(reply_).substr(received_, size)) {
      return absl::DataLossError(absl::StrCat("a wrong reply: ", absl::CHexEscape(bytes)));
    }
    bytes.remove_prefix(size);
    received_ += size;
    if (received_ < reply_.size()) break;
    const int64_t due_ns = in_flight_.front().due_ns;
    in_flight_.pop_front();
    if (!in_flight_.empty()) ExpectNext();
    observer_.Ended(due_ns, "");
  }
  return absl::OkStatus();
}

void RespProtocol::ExpectNext() {
  workload_.WriteValue(in_flight_.front().key, value_);
  reply_ = absl::StrCat("$", value_.size(), "\r\n", value_, "\r\n");
  received_ = 0;
}

}  // namespace cachestore
