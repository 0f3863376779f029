// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_DOOR_H_
#define SERVICE_DOOR_DOOR_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "service/access/access_control.h"
#include "service/door/call.h"
#include "service/door/method.h"
#include "stores/call_gate.h"

namespace cachestore {

// What every call passes, whatever its transport: it finds who calls and whether they may, counts,
// and refuses while the server drains. Thread-safe. Must outlive the transports.
class Door {
 public:
  // Without `access`, which must outlive the door, everybody may call what is not for operators;
  // or, if the transports ask for certificates, everybody who has shown one.
  explicit Door(MethodTable methods, const AccessControl* access = nullptr,
                bool asks_for_certificates = false)
      : methods_(std::move(methods)),
        access_(access),
        asks_for_certificates_(asks_for_certificates) {}

  const MethodTable& methods() const { return methods_; }
  const CallCounts& counts() const { return counts_; }

  // Lets a call in and hands it to its method's handler, or finishes it with the reason why not:
  //   UNAVAILABLE        the server is draining
  //   UNAUTHENTICATED    nobody knows who calls
  //   PERMISSION_DENIED  the method is not for this caller; names the role that it needs
  void Begin(const Method& method, Call& call);

  // The same for a stream; null if it was finished instead.
  std::shared_ptr<StreamHandler> Begin(const Method& method, const std::shared_ptr<Stream>& stream);

  // From now on lets nobody in. Runs `empty` when the last call that was let in is gone.
  void Close(absl::AnyInvocable<void() &&> empty) { gate_.Close(std::move(empty)); }

 private:
  absl::Status Admit(const Method& method, ArrivedCall& call);
  absl::Status CheckIdentity(const Method& method, ArrivedCall& call);

  const MethodTable methods_;
  const AccessControl* const access_;
  const bool asks_for_certificates_;
  CallCounts counts_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_DOOR_H_
