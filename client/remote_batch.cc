// SPDX-License-Identifier: Apache-2.0
#include "client/remote_batch.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/service_methods.h"
#include "protos/cache_codec.h"
#include "stores/batch_item.h"

namespace cachestore {
namespace {

using Part = RemoteBatch::Part;

// One batch in flight, of which all that follows keeps a reference. Each step is the callback of
// the one before, but for the Gets at the end, which run side by side.
template <typename Item>
class BatchRun : public std::enable_shared_from_this<BatchRun<Item>> {
 public:
  using Results = std::vector<absl::StatusOr<Item>>;
  using Done = absl::AnyInvocable<void(absl::StatusOr<Results>) &&>;
  static constexpr bool kIsGet = !std::is_same_v<Item, bool>;

  BatchRun(RemoteBatch batch, Done done) : batch_(std::move(batch)), done_(std::move(done)) {}

  void StartNext() {
    if (next_ == batch_.parts.size()) return FetchWhatDidNotFit();
    const Part& part = batch_.parts[next_];
    if constexpr (!kIsGet) {
      if (part.is_single) {
        return Call<absl::StatusOr<bool>>(
            part.request, codec::DecodeBoolResponse,
            [run = Self()](absl::StatusOr<bool> result) { run->TakeSingle(result); });
      }
    }
    Call<absl::StatusOr<Results>>(
        part.request, Decode,
        [run = Self()](absl::StatusOr<Results> results) { run->Take(std::move(results)); });
  }

 private:
  static absl::StatusOr<Results> Decode(const absl::Cord& message) {
    if constexpr (kIsGet) {
      return codec::DecodeBatchGetResponse(message);
    } else {
      return codec::DecodeBatchBoolResponse(message);
    }
  }

  std::shared_ptr<BatchRun> Self() { return this->shared_from_this(); }

  template <typename Result>
  void Call(const RemoteRequest& request, Result (*decode)(const absl::Cord&),
            absl::AnyInvocable<void(Result) &&> done) {
    RemoteCall<Result>::Start(batch_.connection, request, batch_.deadline, decode, {},
                              std::move(done));
  }

  // Takes in what the part that was sent last has ended with.
  void Take(absl::StatusOr<Results> results) {
    const Part& part = batch_.parts[next_++];
    if (results.ok() && results->size() != part.items) results = NoAnswer(address());
    if (!results.ok()) return Fail(results.status());
    for (absl::StatusOr<Item>& result : *results) results_.push_back(std::move(result));
    StartNext();
  }

  void TakeSingle(const absl::StatusOr<bool>& result) {
    const absl::Status& status = result.status();
    if (absl::IsInvalidArgument(status)) return Take(InvalidItem(BatchField::kEntries, 0, status));
    // The service is away; anything else is said of this one entry.
    if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) return Take(status);
    Take(Results{result});
  }

  void Fail(absl::Status status) {
    if (results_.empty()) return Finish(std::move(status));
    if (absl::IsInvalidArgument(status)) return Finish(RefusedLater(status));
    size_t items = 0;
    for (const Part& part : batch_.parts) items += part.items;
    results_.resize(items, absl::StatusOr<Item>(status));
    Finish(std::move(results_));
  }

  // The error of a later part, with its item's number in the whole batch.
  absl::Status RefusedLater(const absl::Status& status) const {
    absl::string_view rest = status.message();
    size_t number = 0;
    const size_t open = rest.find('[');
    const size_t close = rest.find(']');
    if (open < close && close != absl::string_view::npos &&
        absl::SimpleAtoi(rest.substr(open + 1, close - open - 1), &number)) {
      return absl::InvalidArgumentError(
          absl::StrCat(rest.substr(0, open + 1), number + results_.size(), rest.substr(close),
                       "; of this batch, the first ", results_.size(), " were sent and are done"));
    }
    return status;
  }

  void FetchWhatDidNotFit() {
    if constexpr (kIsGet) {
      for (size_t i = 0; i < results_.size(); ++i) {
        if (absl::IsResourceExhausted(results_[i].status())) unfetched_.push_back(i);
      }
      if (!unfetched_.empty()) return StartFetching();
    }
    Finish(std::move(results_));
  }

  void StartFetching() {
    keys_ = AllKeys();
    missing_ = unfetched_.size();
    // As many at a time as keep both sides busy, and not all that one reply had no room for.
    constexpr size_t kAtATime = 8;
    const size_t first = std::min(kAtATime, unfetched_.size());
    next_fetch_ = first;
    for (size_t i = 0; i < first; ++i) Fetch(unfetched_[i]);
  }

  void Fetch(size_t place) {
    Call<absl::StatusOr<Item>>({.method = kGetMethod,
                                .repetition = Repetition::kAllowed,
                                .message = codec::EncodeGetRequest({.key = keys_[place]})},
                               codec::DecodeValue,
                               [run = Self(), place](absl::StatusOr<Item> result) {
                                 run->TakeFetched(place, std::move(result));
                               });
  }

  void TakeFetched(size_t place, absl::StatusOr<Item> result) {
    results_[place] = std::move(result);
    const size_t next = next_fetch_.fetch_add(1);
    if (next < unfetched_.size()) Fetch(unfetched_[next]);
    if (missing_.fetch_sub(1) == 1) Finish(std::move(results_));
  }

  // They stand in the requests, so that nothing else needs to keep them.
  std::vector<std::string> AllKeys() {
    std::vector<std::string> keys;
    for (Part& part : batch_.parts) {
      const auto of_part = codec::DecodeBatchKeysRequest(part.request.message);
      if (!of_part.ok()) continue;
      for (const absl::string_view key : *of_part) keys.emplace_back(key);
    }
    return keys;
  }

  // The callback goes before the pass leaves, as everywhere.
  void Finish(absl::StatusOr<Results> results) {
    const CallGate::Pass pass = std::move(batch_.pass);
    std::move(done_)(std::move(results));
    done_ = nullptr;
  }

  const ServiceAddress& address() const { return batch_.connection.address(); }

  RemoteBatch batch_;
  Done done_;
  size_t next_ = 0;  // Of the parts.
  Results results_;

  // Of values that are fetched alone: where they go, all keys, and how far it has come.
  std::vector<size_t> unfetched_;
  std::vector<std::string> keys_;
  std::atomic<size_t> next_fetch_{0};
  std::atomic<size_t> missing_{0};
};

// Cuts `items` into parts of at most `max_bytes`, or of one item that is larger by itself, and
// gives each with its size to `make`.
template <typename Item, typename Make>
std::vector<Part> Split(absl::Span<const Item> items, size_t (*size_of)(const Item& item),
                        size_t max_bytes, Make make) {
  std::vector<Part> parts;
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t added = size_of(items[i]);
    if (i > begin && bytes + added > max_bytes) {
      parts.push_back(make(items.subspan(begin, i - begin), bytes));
      begin = i;
      bytes = 0;
    }
    bytes += added;
  }
  parts.push_back(make(items.subspan(begin), bytes));
  return parts;
}

size_t SizeOfKey(const absl::string_view& key) { return codec::BatchKeySize(key); }

}  // namespace

std::vector<Part> SplitKeys(const char* method, Repetition repetition,
                            absl::Span<const absl::string_view> keys, size_t max_bytes) {
  return Split(keys, SizeOfKey, max_bytes,
               [&](absl::Span<const absl::string_view> of_part, size_t /*bytes*/) -> Part {
                 return {.request = {.method = method,
                                     .repetition = repetition,
                                     .message = codec::EncodeBatchKeysRequest(of_part)},
                         .items = of_part.size()};
               });
}

bool MayRepeat(const codec::SetRequest& request) {
  return !request.keep_ttl && std::holds_alternative<std::monostate>(request.condition);
}

std::vector<Part> SplitEntries(const std::vector<codec::SetRequest>& entries, size_t max_bytes) {
  const bool may_repeat = std::ranges::all_of(entries, MayRepeat);
  const Repetition repetition = may_repeat ? Repetition::kAllowed : Repetition::kNever;
  return Split(absl::MakeConstSpan(entries), codec::BatchEntrySize, max_bytes,
               [&](absl::Span<const codec::SetRequest> of_part, size_t bytes) -> Part {
                 const bool is_single = of_part.size() == 1 && bytes > max_bytes;
                 return {.request = {.method = is_single ? kSetMethod : kBatchSetMethod,
                                     .repetition = repetition,
                                     .message = is_single ? codec::EncodeSetRequest(of_part.front())
                                                          : codec::EncodeBatchSetRequest(of_part)},
                         .items = of_part.size(),
                         .is_single = is_single};
               });
}

void StartBatchGet(RemoteBatch batch,
                   absl::AnyInvocable<void(absl::StatusOr<BatchGetResults>) &&> done) {
  std::make_shared<BatchRun<std::optional<absl::Cord>>>(std::move(batch), std::move(done))
      ->StartNext();
}

void StartBatchBool(RemoteBatch batch,
                    absl::AnyInvocable<void(absl::StatusOr<BatchBoolResults>) &&> done) {
  std::make_shared<BatchRun<bool>>(std::move(batch), std::move(done))->StartNext();
}

}  // namespace cachestore
