// SPDX-License-Identifier: Apache-2.0
#ifndef STORES_COMPLETION_H_
#define STORES_COMPLETION_H_

#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "stores/cache_store.h"
#include "stores/call_gate.h"
#include "stores/limits.h"

namespace cachestore {

// How calls are answered that need not wait: their callback runs before they return. With bounded
// recursion: a callback that makes the next such call, whose callback makes the next, would
// otherwise use a stack frame each. Beyond kMaxDepth nested callbacks on one thread, a callback
// waits until the outermost of them has returned, and then runs from there.
class Completion {
 public:
  // One operation of a store that never waits: enters `gate`, and gives `done` what `operation()`
  // returns; or, if the gate is closed or the deadline has passed, that error.
  template <typename Callback, typename Operation>
  static void Answer(CallGate& gate, const CallOptions& options, Callback& done,
                     Operation operation) {
    CallGate::Pass pass = gate.Enter();
    absl::Status status = CheckCall(pass, options);
    Run(pass, done, [&]() -> decltype(operation()) {
      if (!status.ok()) return std::move(status);
      return operation();
    });
  }

  // Runs `done(operation())` once: the operation now, the callback now or from the outermost one of
  // this thread. Then destroys the callback, and after that lets `pass` go. Takes both by
  // reference, and the result as what is returned, so that the usual case moves none of them.
  template <typename Callback, typename Operation>
  static void Run(CallGate::Pass& pass, Callback& done, Operation operation) {
    Thread& thread = CurrentThread();
    if (thread.depth >= kMaxDepth) [[unlikely]]
      MakePostponing(pass, done);
    {
      const Nested nested(thread);
      std::move(done)(operation());
      done = nullptr;
    }
    pass = CallGate::Pass();
    if (thread.depth == 0 && thread.postponed != nullptr) [[unlikely]]
      RunPostponed(thread);
  }

  // The same for what is no call in flight: the callback of a Close.
  template <typename Callback>
  static void RunClosed(Callback& done) {
    CallGate::Pass no_pass;
    Run(no_pass, done, [] { return absl::OkStatus(); });
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

  struct Nested {
    explicit Nested(Thread& thread) : thread(thread) { ++thread.depth; }
    ~Nested() { --thread.depth; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Thread& thread;
  };

  // Turns `done` into a callback that keeps its result, and runs what it was before later on.
  template <typename Callback>
  static void MakePostponing(CallGate::Pass& pass, Callback& done) {
    done = [pass = std::move(pass), done = std::move(done)](auto result) mutable {
      Postpone(
          [pass = std::move(pass), done = std::move(done), result = std::move(result)]() mutable {
            std::move(done)(std::move(result));
            done = nullptr;
            pass = CallGate::Pass();
          });
    };
  }

  static void Postpone(absl::AnyInvocable<void() &&> callback);
  static void RunPostponed(Thread& thread);
};

}  // namespace cachestore

#endif  // STORES_COMPLETION_H_
