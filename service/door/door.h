// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_DOOR_H_
#define SERVICE_DOOR_DOOR_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "service/door/call.h"
#include "service/door/method.h"
#include "stores/call_gate.h"

namespace cachestore {

// What every call passes, whatever its transport: it finds who may call, counts, and refuses while
// the server drains. Thread-safe. Must outlive the transports.
class Door {
 public:
  explicit Door(MethodTable methods) : methods_(std::move(methods)) {}

  const MethodTable& methods() const { return methods_; }
  const CallCounts& counts() const { return counts_; }

  // Lets a call in and hands it to its method's handler, or finishes it with the reason why not:
  //   UNAVAILABLE        the server is draining
  //   PERMISSION_DENIED  the method is not for this caller
  void Begin(const Method& method, Call& call);

  // The same for a stream; null if it was finished instead.
  std::shared_ptr<StreamHandler> Begin(const Method& method, const std::shared_ptr<Stream>& stream);

  // From now on lets nobody in. Runs `empty` when the last call that was let in is gone.
  void Close(absl::AnyInvocable<void() &&> empty) { gate_.Close(std::move(empty)); }

 private:
  absl::Status Admit(const Method& method, ArrivedCall& call);

  const MethodTable methods_;
  CallCounts counts_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_DOOR_H_
