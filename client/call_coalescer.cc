// SPDX-License-Identifier: Apache-2.0
#include "client/call_coalescer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/service_methods.h"
#include "protos/batch_codec.h"

namespace cachestore {
namespace {

// About 10 us on the loopback, and a third of what the rest of an RPC takes.
constexpr size_t kMostBytesOfCall = size_t{16} << 10;

// The calls that ask with a key alone.
struct KeyKind {
  using Request = std::string;

  static size_t SizeInBatch(const std::string& key) { return codec::BatchKeySize(key); }
  static absl::Cord EncodeBatch(const std::vector<std::string>& keys) {
    return codec::EncodeBatchKeysRequest(std::vector<absl::string_view>(keys.begin(), keys.end()));
  }
};

struct GetKind : KeyKind {
  using Result = absl::StatusOr<std::optional<absl::Cord>>;
  using Results = codec::BatchGetResults;
  static constexpr const char* kMethod = kGetMethod;
  static constexpr const char* kBatchMethod = kBatchGetMethod;
  static constexpr Repetition kRepetition = Repetition::kAllowed;

  static absl::Cord Encode(const std::string& key) { return codec::EncodeGetRequest({.key = key}); }
  static constexpr auto Decode = codec::DecodeValue;
  static constexpr auto DecodeBatch = codec::DecodeBatchGetResponse;

  static bool DidNotFit(const Result& item) { return absl::IsResourceExhausted(item.status()); }

  // A small value lies in a block of its own, so that it keeps none of its neighbours alive.
  static Result&& ResultOf(Result& item) {
    constexpr size_t kMaxCopiedBytes = 4096;
    if (item.ok() && item->has_value() && (*item)->size() <= kMaxCopiedBytes) {
      *item = absl::Cord((*item)->Flatten());
    }
    return std::move(item);
  }
};

// Those that are answered by yes or no.
struct BoolKind : KeyKind {
  using Result = absl::StatusOr<bool>;
  using Results = codec::BatchBoolResults;

  static constexpr auto Decode = codec::DecodeBoolResponse;
  static constexpr auto DecodeBatch = codec::DecodeBatchBoolResponse;

  static bool DidNotFit(const Result& /*item*/) { return false; }
  static Result&& ResultOf(Result& item) { return std::move(item); }
};

struct ExistsKind : BoolKind {
  static constexpr const char* kMethod = kExistsMethod;
  static constexpr const char* kBatchMethod = kBatchExistsMethod;
  static constexpr Repetition kRepetition = Repetition::kAllowed;

  static absl::Cord Encode(const std::string& key) {
    return codec::EncodeExistsRequest({.key = key});
  }
};

struct DeleteKind : BoolKind {
  static constexpr const char* kMethod = kDeleteMethod;
  static constexpr const char* kBatchMethod = kBatchDeleteMethod;
  static constexpr Repetition kRepetition = Repetition::kNever;

  static absl::Cord Encode(const std::string& key) {
    return codec::EncodeDeleteRequest({.key = key});
  }
};

struct SetKind {
  using Request = codec::SetRequest;
  using Result = absl::Status;
  using Results = codec::BatchBoolResults;
  static constexpr const char* kMethod = kSetMethod;
  static constexpr const char* kBatchMethod = kBatchSetMethod;
  static constexpr Repetition kRepetition = Repetition::kAllowed;

  static size_t SizeInBatch(const codec::SetRequest& entry) { return codec::BatchEntrySize(entry); }
  static constexpr auto Encode = codec::EncodeSetRequest;
  static absl::Cord EncodeBatch(const std::vector<codec::SetRequest>& entries) {
    return codec::EncodeBatchSetRequest(entries);
  }
  static constexpr auto Decode = codec::DecodeEmpty;
  static constexpr auto DecodeBatch = codec::DecodeBatchBoolResponse;

  static bool DidNotFit(const absl::StatusOr<bool>& /*item*/) { return false; }
  static absl::Status ResultOf(const absl::StatusOr<bool>& item) { return item.status(); }
};

}  // namespace

struct CallCoalescer::Lanes {
  template <typename Kind>
  using Lane = std::shared_ptr<CoalescingLane<Kind>>;
  Lane<GetKind> get;
  Lane<SetKind> set;
  Lane<DeleteKind> remove;
  Lane<ExistsKind> exists;
};

absl::Status CheckCoalescing(const Coalescing& coalescing) {
  if (coalescing.max_calls < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("coalescing.max_calls: is ", coalescing.max_calls,
                     "; give at least 2, or no coalescing for calls that travel alone"));
  }
  if (coalescing.max_wait < absl::ZeroDuration() || coalescing.max_wait > absl::Seconds(1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "coalescing.max_wait: is ", absl::FormatDuration(coalescing.max_wait), "; give 0 to 1 s"));
  }
  return absl::OkStatus();
}

CallCoalescer::CallCoalescer(const std::shared_ptr<ServiceConnection>& connection,
                             const Coalescing& coalescing, size_t max_batch_keys,
                             size_t max_batch_bytes)
    : limits_(new CoalescingLimits{.max_calls = std::min(coalescing.max_calls, max_batch_keys),
                                   .max_bytes = max_batch_bytes,
                                   .max_wait = coalescing.max_wait,
                                   .is_off = max_batch_keys < 2}),
      lanes_(new Lanes{
          .get = std::make_shared<CoalescingLane<GetKind>>(connection, limits_),
          .set = std::make_shared<CoalescingLane<SetKind>>(connection, limits_),
          .remove = std::make_shared<CoalescingLane<DeleteKind>>(connection, limits_),
          .exists = std::make_shared<CoalescingLane<ExistsKind>>(connection, limits_),
      }) {}

CallCoalescer::~CallCoalescer() = default;

bool CallCoalescer::Takes(size_t bytes) const {
  return bytes <= kMostBytesOfCall && !limits_->is_off;
}

void CallCoalescer::Get(std::string key, GetCall call) {
  lanes_->get->Add(std::move(key), std::move(call));
}

void CallCoalescer::Set(codec::SetRequest request, StatusCall call) {
  lanes_->set->Add(std::move(request), std::move(call));
}

void CallCoalescer::Delete(std::string key, BoolCall call) {
  lanes_->remove->Add(std::move(key), std::move(call));
}

void CallCoalescer::Exists(std::string key, BoolCall call) {
  lanes_->exists->Add(std::move(key), std::move(call));
}

void CallCoalescer::Stop() {
  lanes_->get->Stop();
  lanes_->set->Stop();
  lanes_->remove->Stop();
  lanes_->exists->Stop();
}

}  // namespace cachestore
