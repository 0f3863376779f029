// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_REDIS_SURVEY_H_
#define STORES_REDIS_SURVEY_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cachestore::redis {

// Asks several servers the same: three at a time, until two have answered, or all. The greatest
// answer wins: one that was cut off from the others knows no better than what was, and says so by
// what it counts. Takes the time of one question for each three servers. Used on an event loop's
// thread.
template <typename Answer>
class Survey : public std::enable_shared_from_this<Survey<Answer>> {
 public:
  using Take = absl::AnyInvocable<void(absl::StatusOr<Answer>) &&>;
  using Ask = std::function<void(size_t server, Take take)>;
  using Done = absl::AnyInvocable<void(absl::StatusOr<Answer>) &&>;

  // Asks so many servers, at least one, by `ask`: each by its number, from 0; it runs `take` once.
  // Runs `done` once: with the greatest answer, or, where there is none, with the first error.
  static void Begin(size_t servers, Ask ask, Done done) {
    std::shared_ptr<Survey>(new Survey(servers, std::move(ask), std::move(done)))->AskNext();
  }

 private:
  static constexpr size_t kAtATime = 3;
  // One server that is frozen keeps nobody waiting.
  static constexpr size_t kEnough = 2;

  Survey(size_t servers, Ask ask, Done done)
      : servers_(servers), ask_(std::move(ask)), done_(std::move(done)) {}

  void AskNext() {
    const size_t end = std::min(asked_ + kAtATime, servers_);
    missing_ = end - asked_;
    needed_ = answers_ + std::min(kEnough, missing_);
    while (asked_ < end) {
      ask_(asked_++, [self = this->shared_from_this()](absl::StatusOr<Answer> answer) {
        self->TakeOne(std::move(answer));
      });
    }
  }

  void TakeOne(absl::StatusOr<Answer> answer) {
    if (done_ == nullptr) return;  // Enough have answered before.
    --missing_;
    if (answer.ok()) {
      ++answers_;
      if (!best_.has_value() || *best_ < *answer) best_ = *std::move(answer);
    } else if (error_.ok()) {
      error_ = answer.status();
    }
    if (answers_ >= needed_ || (missing_ == 0 && best_.has_value())) {
      return std::exchange(done_, nullptr)(*std::move(best_));
    }
    if (missing_ > 0) return;
    if (asked_ == servers_) return std::exchange(done_, nullptr)(error_);
    AskNext();
  }

  const size_t servers_;
  const Ask ask_;
  Done done_;
  size_t asked_ = 0;
  size_t missing_ = 0;  // Of those asked last.
  size_t needed_ = 0;
  size_t answers_ = 0;
  std::optional<Answer> best_;
  absl::Status error_;
};

}  // namespace cachestore::redis

#endif  // STORES_REDIS_SURVEY_H_
