// SPDX-License-Identifier: Apache-2.0
#ifndef BENCHMARKS_LOAD_CALL_PROTOCOL_H_
#define BENCHMARKS_LOAD_CALL_PROTOCOL_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace cachestore {

// Who wants to know that calls have ended.
class CallObserver {
 public:
  // `due_ns` is what the call was begun with. `error` is empty if the answer was the right one, and
  // lives for this call only.
  virtual void Ended(int64_t due_ns, absl::string_view error) = 0;

  // The same of a call that a server did not take because it has too many: RESOURCE_EXHAUSTED.
  virtual void Refused(int64_t due_ns) = 0;

 protected:
  ~CallObserver() = default;
};

// The client's side of one connection, on which the exchanges of a script take place, without I/O:
// bytes in, bytes out. Any number of calls may be in flight. Not thread-safe.
class CallProtocol {
 public:
  CallProtocol() = default;
  virtual ~CallProtocol() = default;
  CallProtocol(const CallProtocol&) = delete;
  CallProtocol& operator=(const CallProtocol&) = delete;

  // Begins the exchange of that number.
  virtual void Start(size_t number, int64_t due_ns) = 0;

  // Adds to `output` what is to be sent. Large requests are shared with it, not copied.
  virtual absl::Status Produce(absl::Cord& output) = 0;

  // Takes what the server sent, and tells the observer of the calls that ended by it. After an
  // error the connection is of no use any more, and its calls never end.
  virtual absl::Status Receive(absl::string_view bytes) = 0;
};

}  // namespace cachestore

#endif  // BENCHMARKS_LOAD_CALL_PROTOCOL_H_
