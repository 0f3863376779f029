// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_COMPLETION_H_
#define STORES_COMPLETION_H_

#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "stores/call_gate.h"

namespace cachestore {

// Runs the callbacks of calls that are answered before they return, with bounded recursion: a
// callback that makes the next such call, whose callback makes the next, would otherwise use a
// stack frame each. Beyond kMaxDepth nested callbacks on one thread, a callback waits until the
// outermost of them has returned, and then runs from there.
class Completion {
 public:
  // Runs `done(result)` once, now or from the outermost callback of this thread, and lets `pass` go
  // after that. Takes what it is given, by reference so that the usual case moves nothing.
  template <typename Callback, typename Result>
  static void Run(CallGate::Pass& pass, Callback& done, Result& result) {
    Thread& thread = CurrentThread();
    if (thread.depth == kMaxDepth) [[unlikely]] {
      Postpone(thread,
               [pass = std::move(pass), done = std::move(done),
                result = std::move(result)]() mutable { std::move(done)(std::move(result)); });
      return;
    }
    ++thread.depth;
    std::move(done)(std::move(result));
    if (--thread.depth == 0 && thread.postponed != nullptr) [[unlikely]]
      RunPostponed(thread);
  }

  // The same for what is no call in flight: the callback of a Close.
  template <typename Callback, typename Result>
  static void Run(Callback& done, Result result) {
    CallGate::Pass no_pass;
    Run(no_pass, done, result);
  }

 private:
  using Callbacks = std::vector<absl::AnyInvocable<void() &&>>;

  // Plain data, so that reaching it costs no check whether it was initialised.
  struct Thread {
    int depth = 0;
    Callbacks* postponed = nullptr;  // Owned; null unless there are some.
  };

 public:
  // While it lives, callbacks on this thread run as if none was running: for code that is about to
  // block until one has run (see BlockingCacheStore).
  class FreshStack {
   public:
    FreshStack() : outer_(std::exchange(CurrentThread(), {})) {}
    ~FreshStack() { CurrentThread() = outer_; }
    FreshStack(const FreshStack&) = delete;
    FreshStack& operator=(const FreshStack&) = delete;

   private:
    const Thread outer_;
  };

 private:
  static constexpr int kMaxDepth = 16;

  static Thread& CurrentThread() {
    static constinit thread_local Thread thread;
    return thread;
  }

  static void Postpone(Thread& thread, absl::AnyInvocable<void() &&> callback);
  static void RunPostponed(Thread& thread);
};

}  // namespace cachestore

#endif  // STORES_COMPLETION_H_
