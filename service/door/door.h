// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_DOOR_DOOR_H_
#define SERVICE_DOOR_DOOR_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "service/access/access_control.h"
#include "service/door/call.h"
#include "service/door/call_metrics.h"
#include "service/door/method.h"
#include "service/log/call_log.h"
#include "stores/call_gate.h"

namespace cachestore {

// What every call passes, whatever its transport: it finds who calls and whether they may, counts,
// and refuses while the server drains. Thread-safe. Must outlive the transports.
class Door {
 public:
  struct Policy {
    // Who may call what; must outlive the door. Null: everybody may call what is not for operators,
    // who are those on this machine.
    const AccessControl* access = nullptr;

    // Without `access`: whether everybody is everybody who has shown a certificate.
    bool needs_certificate = false;

    // Without `access`: whether calls from a loopback address may come from elsewhere, by a proxy.
    // Operators use a unix socket then.
    bool distrusts_loopback = false;

    // Whether metrics are kept of calls.
    bool measures_calls = false;

    // Where calls are logged, by its own choice; must outlive the door. Null: nowhere.
    CallLog* log = nullptr;
  };

  explicit Door(MethodTable methods) : Door(std::move(methods), Policy()) {}
  Door(MethodTable methods, const Policy& policy);

  const MethodTable& methods() const { return methods_; }
  const CallCounts& counts() const { return counts_; }

  // Of the methods, in their order; streams count when they end. Null unless calls are measured.
  const CallMetrics* metrics() const { return metrics_.get(); }

  // Lets a call of one of methods() in and hands it to that one's handler, or finishes it with the
  // reason why not:
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
  bool IsOperator(const ArrivedCall& call) const;
  absl::Status CheckIdentity(const Method& method, ArrivedCall& call) const;

  const MethodTable methods_;
  const Policy policy_;
  const std::unique_ptr<CallMetrics> metrics_;
  CallCounts counts_;
  CallGate gate_;
};

}  // namespace cachestore

#endif  // SERVICE_DOOR_DOOR_H_
