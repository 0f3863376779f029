// SPDX-License-Identifier: Apache-2.0
#ifndef TESTS_SERVICE_HTTP2_TEST_QUEUE_H_
#define TESTS_SERVICE_HTTP2_TEST_QUEUE_H_

#include <chrono>
#include <utility>
#include <vector>

#include "service/transports/http2/moment.h"
#include "service/transports/http2/work_queue.h"

namespace cachestore::http2 {

// The thread of a connection, which in these tests is the test's own; or another one, whose work
// the test has done when it likes. Its time is the test's.
class TestQueue final : public WorkQueue {
 public:
  void Do(Work& work) override {
    if (is_elsewhere) {
      handed_over.push_back(&work);
    } else {
      work.Do();
    }
  }
  Moment now() const override { return time; }

  void DoHandedOver() {
    is_elsewhere = false;
    for (Work* const work : std::exchange(handed_over, {})) work->Do();
  }

  bool is_elsewhere = false;
  std::vector<Work*> handed_over;
  Moment time = Moment(std::chrono::hours(1));
};

}  // namespace cachestore::http2

#endif  // TESTS_SERVICE_HTTP2_TEST_QUEUE_H_
