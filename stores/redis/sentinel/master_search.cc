// SPDX-License-Identifier: Apache-2.0
#include "stores/redis/sentinel/master_search.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "stores/redis/command.h"
#include "stores/redis/survey.h"
#include "stores/redis/url.h"

namespace cachestore::redis {
namespace {

struct Answer {
  HostPort place;
  uint64_t epoch = 0;

  bool operator<(const Answer& other) const { return epoch < other.epoch; }
};

using MasterSurvey = Survey<Answer>;

absl::Status DoesNotTell(const Node& sentinel, const absl::Status& status) {
  return absl::UnavailableError(absl::StrCat("the sentinel ", sentinel.name(),
                                             " does not tell the master: ", status.message()));
}

// Both at once: the second answer comes last, whatever becomes of them. The epoch first: with one
// that is older than the place, at worst the place is not believed yet.
void AskOne(const std::string& name, const std::shared_ptr<Node>& sentinel,
            MasterSurvey::Take take) {
  const auto epoch = std::make_shared<uint64_t>();
  sentinel->client().Ask(SentinelMaster(name), absl::InfiniteFuture(),
                         [epoch](absl::StatusOr<Reply> master) {
                           if (master.ok()) *epoch = ConfigEpochOf(*master);
                         });
  sentinel->client().Ask(
      SentinelMasterAddress(name), absl::InfiniteFuture(),
      [sentinel, epoch, take = std::move(take)](absl::StatusOr<Reply> address) mutable {
        absl::StatusOr<HostPort> place =
            address.ok() ? MasterAddressOf(*address) : address.status();
        if (!place.ok()) return std::move(take)(DoesNotTell(*sentinel, place.status()));
        std::move(take)(Answer{*std::move(place), *epoch});
      });
}

}  // namespace

void SearchMaster(std::vector<std::shared_ptr<Node>> sentinels, const std::string& name,
                  absl::AnyInvocable<void(absl::StatusOr<HostPort>) &&> done) {
  const size_t asked = sentinels.size();
  const auto ask = [name, sentinels = std::move(sentinels)](size_t which, MasterSurvey::Take take) {
    AskOne(name, sentinels[which], std::move(take));
  };
  MasterSurvey::Begin(asked, ask, [done = std::move(done)](absl::StatusOr<Answer> answer) mutable {
    if (!answer.ok()) return std::move(done)(answer.status());
    std::move(done)(std::move(answer->place));
  });
}

absl::StatusOr<HostPort> MasterAddressOf(const Reply& reply) {
  if (reply.type == Reply::Type::kNil) {
    return absl::UnavailableError("it knows no master of the name that storage_url gives");
  }
  const absl::Status no_place = absl::InternalError("its answer is no place of a server");
  if (reply.elements.size() != 2 || !CanBeHost(reply.elements[0].text)) return no_place;
  const std::optional<uint16_t> port = ParsePort(reply.elements[1].text);
  if (!port.has_value()) return no_place;
  return HostPort{.host = reply.elements[0].text, .port = port};
}

uint64_t ConfigEpochOf(const Reply& reply) {
  // Names and values by turns.
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    uint64_t epoch = 0;
    if (reply.elements[i].text == "config-epoch" &&
        absl::SimpleAtoi(reply.elements[i + 1].text, &epoch)) {
      return epoch;
    }
  }
  return 0;
}

}  // namespace cachestore::redis
