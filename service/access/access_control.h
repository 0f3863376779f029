// SPDX-License-Identifier: Apache-2.0
#ifndef SERVICE_ACCESS_ACCESS_CONTROL_H_
#define SERVICE_ACCESS_ACCESS_CONTROL_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "credentials/file_watch.h"
#include "service/access/access_table.h"
#include "service/access/certificate_names.h"
#include "service/access/identity.h"
#include "service/access/namespace_caps.h"
#include "stores/event_log.h"
#include "stores/mutex.h"

namespace cachestore {

// Who may call, as an auth file says now (service/access/auth_file.h). Thread-safe.
class AccessControl {
 public:
  // Makes the namespaces of a file ready before anybody is let into them; also those that are ready
  // already. If it cannot, it does nothing, and the file is refused.
  using OpenNamespaces = std::function<absl::Status(const CappedNamespaces& namespaces)>;

  // Reads the file at `path`. An error, in one line, says why it is refused.
  static absl::StatusOr<std::unique_ptr<AccessControl>> Create(std::string path,
                                                               OpenNamespaces open, EventLog log);

  // Who sends this header `authorization`, or, without one, has shown a certificate with these
  // names: one whose role and namespace stay what they are for as long as they are held, also when
  // the file changes. UNAUTHENTICATED if there is neither, or it is not of one whom the file names.
  // Does not block.
  absl::StatusOr<std::shared_ptr<const Identity>> Authenticate(
      const std::optional<std::string>& authorization, const CertificateNames& certificate) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads the file again if another stands there than the one that was read last. A file that is
  // refused is logged, once, and what was read before it stays. Reads a disk; on one thread at a
  // time.
  void Refresh() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  AccessControl(std::string path, OpenNamespaces open, EventLog log);

  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string path_;
  const OpenNamespaces open_;
  const EventLog log_;
  FileWatch watch_;

  mutable Mutex mutex_;
  std::shared_ptr<const AccessTable> table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cachestore

#endif  // SERVICE_ACCESS_ACCESS_CONTROL_H_
