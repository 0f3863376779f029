// SPDX-License-Identifier: Apache-2.0

// What a caller may send as the messages of calls: any bytes, to each method that stores answer.
// `./dev fuzz handlers` has libFuzzer make them up; handlers_corpus_test.cc does so for CI.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "service/door/door.h"
#include "service/handlers/batch.h"
#include "service/handlers/cache.h"
#include "service/handlers/counter.h"
#include "service/namespaces.h"
#include "stores/memory/memory_cache_store.h"
#include "tests/testing/require.h"

namespace cachestore {
namespace {

class FuzzedCall final : public Call {
 public:
  explicit FuzzedCall(absl::string_view request) : request_(request) {}

  const absl::Cord& request() const override { return request_; }
  absl::Time deadline() const override { return absl::InfiniteFuture(); }
  std::string peer() const override { return "ipv4:127.0.0.1:4000"; }
  CertificateNames certificate_names() const override { return nullptr; }
  std::optional<std::string> FindMetadata(absl::string_view /*name*/) const override {
    return std::nullopt;
  }
  void AddInitialMetadata(absl::string_view /*name*/, absl::string_view /*value*/) override {}
  void AddTrailingMetadata(absl::string_view /*name*/, absl::string_view /*value*/) override {}

  const std::optional<absl::Status>& status() const { return status_; }

 private:
  void Send(absl::Status status, absl::Cord reply) override {
    Require(!status_.has_value(), "a call is answered once", request_.Flatten());
    Require(status.ok() || reply.empty(), "an error has no reply", request_.Flatten());
    status_ = std::move(status);
  }

  absl::Cord request_;
  std::optional<absl::Status> status_;
};

bool IsExpected(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:  // A counter that holds no number.
    case absl::StatusCode::kOutOfRange:          // Its sum.
    case absl::StatusCode::kResourceExhausted:   // An entry, or a reply, that is too large.
      return true;
    default:
      return false;
  }
}

MethodTable Methods(Namespaces& stores) {
  MethodTable methods = CacheMethods(stores, [] {});
  std::ranges::move(BatchMethods(stores, {.max_keys = 100, .max_bytes = size_t{64} << 10}),
                    std::back_inserter(methods));
  std::ranges::move(CounterMethods(stores), std::back_inserter(methods));
  return methods;
}

// Calls that follow each other: a byte that says which method, two the size of its message, lowest
// first, and the message.
void CheckCalls(absl::string_view bytes) {
  const std::unique_ptr<MemoryCacheStore> store =
      MemoryCacheStore::Create({.max_entries = 100, .max_bytes = size_t{1} << 20}).value();
  Namespaces stores(*store);
  Door door(Methods(stores));
  const auto byte = [&](size_t place) { return static_cast<uint8_t>(bytes[place]); };
  while (bytes.size() >= 3) {
    const Method& method = door.methods()[byte(0) % door.methods().size()];
    const size_t size = std::min<size_t>(byte(1) | byte(2) << 8, bytes.size() - 3);
    const absl::string_view request = bytes.substr(3, size);
    bytes.remove_prefix(3 + size);
    FuzzedCall call(request);
    door.Begin(method, call);
    Require(call.status().has_value(), "a call is answered", request);
    Require(IsExpected(*call.status()), "an error is one that is documented", request);
  }
  Require(door.counts().started == door.counts().finished, "calls that began are finished", bytes);
}

}  // namespace
}  // namespace cachestore

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cachestore::CheckCalls({reinterpret_cast<const char*>(data), size});
  return 0;
}
