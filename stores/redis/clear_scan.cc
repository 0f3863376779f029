// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/clear_scan.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "stores/redis/command.h"
#include "stores/redis/key_space.h"
#include "stores/redis/reply.h"
#include "stores/redis/reply_error.h"
#include "stores/redis/request_limit.h"
#include "stores/redis/rights.h"

namespace cachestore::redis {
namespace {

// Redis looks at so many keys in one step, in a tenth of a millisecond.
constexpr int kKeysPerStep = 500;

// The cursor that ends an iteration, and begins one.
constexpr absl::string_view kEnd = "0";

// Handed from each step to the next one's handler.
class ClearScan {
 public:
  using Done = absl::AnyInvocable<void(absl::Status) &&>;

  ClearScan(Client& client, ClearBy by, absl::Time deadline, Done done)
      : client_(client), by_(by), deadline_(deadline), done_(std::move(done)) {}

  static void ScanNext(std::unique_ptr<ClearScan> scan) {
    Command command = Scan(scan->cursor_, scan->client_.keys().pattern(), kKeysPerStep);
    // The first step is a call's own; those after it end what is under way.
    const RequestLimit::Kind kind =
        scan->cursor_ == kEnd ? RequestLimit::Kind::kCall : RequestLimit::Kind::kUpkeep;
    Send(std::move(scan), kind, Rights::Right::kScan, std::move(command), UnlinkPage);
  }

 private:
  using Next = void (*)(std::unique_ptr<ClearScan> scan, Reply reply);

  static void Send(std::unique_ptr<ClearScan> scan, RequestLimit::Kind kind, Rights::Right right,
                   Command command, Next next) {
    Client& client = scan->client_;
    const absl::Time deadline = scan->deadline_;
    client.Send(kind, right, std::move(command), deadline,
                [scan = std::move(scan), next](absl::StatusOr<Reply> reply) mutable {
                  if (!reply.ok()) return std::move(scan->done_)(reply.status());
                  if (reply->type == Reply::Type::kError) {
                    return std::move(scan->done_)(StatusOfError(reply->text));
                  }
                  if (!scan->IsSameConnection()) return Lose(std::move(scan));
                  next(std::move(scan), *std::move(reply));
                });
  }

  // A cursor is good for the Redis that gave it: another one, or the same one started anew, has its
  // keys in another order.
  bool IsSameConnection() {
    const uint64_t generation = client_.generation();
    const bool is_same = generation_.value_or(generation) == generation;
    generation_ = generation;
    return is_same;
  }

  static void Lose(std::unique_ptr<ClearScan> scan) {
    std::move(scan->done_)(absl::UnavailableError(
        "the connection to Redis was lost in the middle of Clear; repeat it"));
  }

  static void UnlinkPage(std::unique_ptr<ClearScan> scan, Reply reply) {
    Page page = PageOf(std::move(reply));
    if (page.next_cursor == scan->cursor_ && page.next_cursor != kEnd) {
      return std::move(scan->done_)(absl::InternalError("Redis's SCAN makes no progress"));
    }
    scan->cursor_ = std::move(page.next_cursor);
    // The pattern is exact; that nothing else is removed does not rest on it alone.
    const KeySpace& keys = scan->client_.keys();
    std::erase_if(page.keys, [&](const std::string& key) { return !keys.Holds(key); });
    if (page.keys.empty()) return GoOn(std::move(scan), {});
    if (scan->by_ == ClearBy::kOneCommandAKey) return UnlinkEach(std::move(scan), page.keys);
    Command command = Unlink(page.keys);
    Send(std::move(scan), RequestLimit::Kind::kUpkeep, Rights::Right::kUnlink, std::move(command),
         GoOn);
  }

  static void UnlinkEach(std::unique_ptr<ClearScan> scan, absl::Span<const std::string> keys) {
    std::vector<Command> commands;
    commands.reserve(keys.size());
    for (const std::string& key : keys) commands.push_back(UnlinkOne(key));
    Client& client = scan->client_;
    const absl::Time deadline = scan->deadline_;
    client.SendAll(
        RequestLimit::Kind::kUpkeep, Rights::Right::kUnlink, std::move(commands), deadline,
        [scan =
             std::move(scan)](absl::StatusOr<std::vector<absl::StatusOr<Reply>>> replies) mutable {
          if (!replies.ok()) return std::move(scan->done_)(replies.status());
          for (const absl::StatusOr<Reply>& reply : *replies) {
            if (!reply.ok()) return std::move(scan->done_)(reply.status());
            // What was here has gone where this Clear may have been already.
            if (reply->type == Reply::Type::kError) {
              return std::move(scan->done_)(
                  absl::UnavailableError("slots have moved in the middle of Clear; repeat it"));
            }
          }
          if (!scan->IsSameConnection()) return Lose(std::move(scan));
          GoOn(std::move(scan), {});
        });
  }

  static void GoOn(std::unique_ptr<ClearScan> scan, Reply) {
    if (scan->cursor_ == kEnd) return std::move(scan->done_)(absl::OkStatus());
    ScanNext(std::move(scan));
  }

  Client& client_;
  const ClearBy by_;
  const absl::Time deadline_;
  Done done_;
  std::optional<uint64_t> generation_;  // Of the connection that this began on.
  std::string cursor_{kEnd};
};

}  // namespace

void ClearKeys(Client& client, ClearBy by, absl::Time deadline,
               absl::AnyInvocable<void(absl::Status) &&> done) {
  ClearScan::ScanNext(std::make_unique<ClearScan>(client, by, deadline, std::move(done)));
}

}  // namespace cachestore::redis
