// SPDX-License-Identifier: Apache-2.0
#ifndef CLIENT_CORK_H_
#define CLIENT_CORK_H_

#include <cassert>
#include <memory>
#include <utility>

#include "absl/container/inlined_vector.h"

namespace cachestore {

// While it lives, the calls that this thread makes gather in their lanes, and go when it ends: the
// callbacks of one batch make the calls of the next (as TCP_CORK does for the writes of a socket).
// Calls of other threads go meanwhile, and take along what has gathered. Does not nest.
class Cork {
 public:
  // Where calls gather.
  class Lane {
   public:
    // Sends what has gathered, unless the lane is busy.
    virtual void Flush() = 0;

   protected:
    ~Lane() = default;
  };

  // Flushes `first` in any case when it ends.
  explicit Cork(std::shared_ptr<Lane> first);
  ~Cork();
  Cork(const Cork&) = delete;
  Cork& operator=(const Cork&) = delete;

  // Has this thread's cork, if there is one, hold what gathers in `lane`, and flush it at its end;
  // whether there is one.
  template <typename T>
  static bool Hold(std::enable_shared_from_this<T>& lane) {
    Cork* const cork = OfThisThread();
    if (cork == nullptr) return false;
    Lane* const held = static_cast<T*>(&lane);
    for (const std::shared_ptr<Lane>& other : cork->lanes_) {
      if (other.get() == held) return true;
    }
    cork->lanes_.push_back(lane.shared_from_this());
    return true;
  }

 private:
  static Cork*& OfThisThread() {
    static constinit thread_local Cork* cork = nullptr;
    return cork;
  }

  absl::InlinedVector<std::shared_ptr<Lane>, 4> lanes_;
};

inline Cork::Cork(std::shared_ptr<Lane> first) {
  assert(OfThisThread() == nullptr);
  lanes_.push_back(std::move(first));
  OfThisThread() = this;
}

inline Cork::~Cork() {
  OfThisThread() = nullptr;
  for (const std::shared_ptr<Lane>& lane : lanes_) lane->Flush();
}

}  // namespace cachestore

#endif  // CLIENT_CORK_H_
